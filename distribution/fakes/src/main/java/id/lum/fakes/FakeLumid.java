package id.lum.fakes;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A lum.id for tests: a real HTTP/1.1 server on a loopback port, with a table of tokens, and a number of ways to
 * misbehave that can be switched while it serves.
 */
public final class FakeLumid extends FakeServer {
    /** How it answers. */
    public enum Mode {
        /** From the table; a token that is not in it is inactive. */
        NORMAL,
        /** As normal, but only after {@link FakeLumid#release}. */
        SLOW,
        /** Takes the request and says nothing until the client gives up. */
        SILENT,
        /** With the status and body given to {@link FakeLumid#answerWith}. */
        STATUS,
        /** Sends the client elsewhere: to itself, where every token is active. */
        REDIRECT,
        /** A body without end. */
        HUGE,
        /** A body of digits and the right type, one byte at a time. */
        DRIPPING_BODY,
        /** A head without end, one byte at a time. */
        DRIPPING_HEAD,
        /** Closes instead of answering. */
        CLOSING,
        /** Closes in the middle of the head. */
        CUT_HEAD,
        /** Closes in the middle of the body. */
        CUT_BODY,
        /** Status 200 and a page for people. */
        NOT_JSON,
        /** The right answer, compressed although nobody asked for it. */
        COMPRESSED,
        /** Something that is not HTTP. */
        NOT_HTTP
    }

    /** A request as it came. Names of headers are in lower case. */
    public record Request(String line, Map<String, String> headers, String body) {
        /** The token asked about; empty if there is none. */
        public String token() {
            return body.startsWith("token=")
                    ? URLDecoder.decode(body.substring("token=".length()), StandardCharsets.UTF_8)
                    : "";
        }
    }

    private static final String INACTIVE = "{\"active\":false}";

    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Map<String, Mode> modes = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private volatile Mode mode = Mode.NORMAL;
    private volatile Answer status = Answer.of(500, "");

    private FakeLumid(int port) throws IOException {
        super("lum.id", port);
    }

    /** Starts one on a free port. */
    public static FakeLumid start() {
        return startOn(0);
    }

    /** Starts one on this port. */
    public static FakeLumid startOn(int port) {
        return started(() -> new FakeLumid(port));
    }

    /** Answers questions about this token with this body. */
    public FakeLumid knows(String token, String json) {
        tokens.put(token, json);
        return this;
    }

    /** Answers that this token is active and whose it is. */
    public FakeLumid issue(String token, String sub, String email, String... scopes) {
        String list = Stream.of(scopes).map(scope -> '"' + scope + '"').collect(Collectors.joining(","));
        return knows(
                token,
                "{\"active\":true,\"sub\":\"" + sub + "\",\"email\":\"" + email + "\",\"scopes\":[" + list + "]}");
    }

    /** The token is inactive from now on. */
    public void revoke(String token) {
        tokens.remove(token);
    }

    /** Answers in this way from now on. Requests that are held stay held. */
    public void mode(Mode changed) {
        mode = changed;
    }

    /** Answers questions about this token in this way from now on, whatever becomes of the others. */
    public void mode(String token, Mode changed) {
        modes.put(token, changed);
    }

    /** Answers every request with this status and body from now on. */
    public void answerWith(int changedStatus, String body) {
        status = Answer.of(changedStatus, body);
        mode = Mode.STATUS;
    }

    /** How many requests came for this token. */
    public int requests(String token) {
        return asked.getOrDefault(token, 0);
    }

    /** The latest requests, oldest first. */
    public List<Request> latest() {
        return received().list().stream().map(FakeLumid::request).toList();
    }

    public Request last() {
        return request(received().last());
    }

    private static Request request(Received received) {
        return new Request(received.line(), received.headers(), received.body());
    }

    @Override
    Answer answer(Received received) {
        String token = request(received).token();
        asked.merge(token, 1, Integer::sum);
        if (received.path().contains(ELSEWHERE)) {
            return Answer.json("{\"active\":true,\"sub\":\"redirected\"}");
        }
        String json = tokens.getOrDefault(token, INACTIVE);
        return switch (modes.getOrDefault(token, mode)) {
            case NORMAL -> Answer.json(json);
            case SLOW -> Answer.json(json).afterRelease();
            case STATUS -> status;
            case REDIRECT -> Answer.redirect(307, received.body());
            case NOT_JSON -> Answer.html();
            case COMPRESSED -> Answer.compressed(json);
            case SILENT -> Answer.silent();
            case HUGE -> Answer.huge();
            case DRIPPING_BODY -> Answer.drippingBody();
            case DRIPPING_HEAD -> Answer.drippingHead();
            case CLOSING -> Answer.closing();
            case CUT_HEAD -> Answer.cutHead();
            case CUT_BODY -> Answer.cutBody(json);
            case NOT_HTTP -> Answer.notHttp("220 mail.example.org ESMTP ready for " + token + "\r\n\r\n");
        };
    }
}
