package id.lum.lumilake.internal.optimizer;

import id.lum.hooks.lumilake.Schedule;
import id.lum.support.json.JsonReader;
import id.lum.support.json.MalformedJson;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Reads what an optimizer answers, strictly. Unknown members are ignored. */
final class OptimizerResponses {
    private final JsonReader json = new JsonReader();

    /** Reads {@code {"types": [name, ...]}}. */
    Catalog catalog(byte[] body) throws MalformedAnswer {
        return JsonReader.texts(object(body).get("types"))
                .map(names -> new Catalog(new LinkedHashSet<>(names)))
                .orElseThrow(() -> new MalformedAnswer("types is not a list of texts in the answer"));
    }

    /** Reads {@code {"worker_assignment": {worker: [node, ...]}}}. */
    Schedule schedule(byte[] body) throws MalformedAnswer {
        if (!(object(body).get("worker_assignment") instanceof Map<?, ?> assignment)) {
            throw new MalformedAnswer("worker_assignment is not an object in the answer");
        }
        Map<String, List<String>> plan = new LinkedHashMap<>();
        for (Map.Entry<?, ?> worker : assignment.entrySet()) {
            String name = JsonReader.text(worker.getKey()).orElseThrow(OptimizerResponses::odd);
            plan.put(name, JsonReader.texts(worker.getValue()).orElseThrow(OptimizerResponses::odd));
        }
        return new Schedule(plan);
    }

    private Map<String, Object> object(byte[] body) throws MalformedAnswer {
        try {
            return json.object(body);
        } catch (MalformedJson malformed) {
            throw new MalformedAnswer(malformed.getMessage());
        }
    }

    private static MalformedAnswer odd() {
        return new MalformedAnswer("worker_assignment has a worker without a list of texts in the answer");
    }

    /** An answer of another shape. The message quotes nothing of it. */
    static final class MalformedAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedAnswer(String message) {
            super(message);
        }
    }
}
