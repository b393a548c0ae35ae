package id.lum.itests;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What happens under fire. */
enum FireEvent {
    FLOWMESH_UPDATED("FlowMesh adapter updated"),
    LUMILAKE_UPDATED("Lumilake adapter updated"),
    CORE_UPDATED("core updated and refreshed"),
    FLOWMESH_RESTARTED("FlowMesh adapter stopped and started"),
    LUMILAKE_RESTARTED("Lumilake adapter stopped and started"),
    CORE_RESTARTED("core stopped and started"),
    SETTINGS_CHANGED("settings changed"),
    FLOWMESH_MOVED("FlowMesh's database path changed"),
    LUMILAKE_MOVED("Lumilake's database path changed"),
    LUMID_AWAY("lum.id away, an adapter updated, and back"),
    RUNMESH_AWAY("Runmesh away, the FlowMesh adapter updated, and back");

    private final String words;

    FireEvent(String words) {
        this.words = words;
    }

    /** All of them, once each. */
    static List<FireEvent> shuffled(Random order) {
        List<FireEvent> all = new ArrayList<>(List.of(values()));
        Collections.shuffle(all, order);
        return all;
    }

    @Override
    public String toString() {
        return words;
    }
}
