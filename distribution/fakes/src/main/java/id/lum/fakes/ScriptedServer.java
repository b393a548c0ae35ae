package id.lum.fakes;

import java.io.IOException;
import java.util.List;

/** A server of no particular service: it answers as it is told, whatever the request. */
public final class ScriptedServer extends FakeServer {
    private final Script<Answer> script = new Script<>();

    private ScriptedServer(int port) throws IOException {
        super("scripted", port);
    }

    /** Starts one on a free port. Unless told otherwise it answers 200 and an empty JSON object. */
    public static ScriptedServer start() {
        return started(() -> new ScriptedServer(0));
    }

    /** What it answers. */
    public Script<Answer> script() {
        return script;
    }

    /** The latest requests, oldest first. */
    public List<Received> latest() {
        return received().list();
    }

    @Override
    Answer answer(Received request) {
        return script.take().orElseGet(() -> Answer.json("{}"));
    }
}
