package id.lum.fakes;

/** Entries as a good client sends them. */
final class Entries {
    static final String SECRET = "bridge-secret";
    static final String PATH = "/billing/flowmesh-entry";

    private Entries() {}

    static String json(String task, String user, String cost) {
        return "{\"userEmail\":\"ann@example.com\",\"userSub\":\"" + user + "\",\"taskId\":\"" + task
                + "\",\"workflowId\":null,\"cost\":\"" + cost
                + "\",\"durationSec\":12,\"costPerHour\":1.50,\"taskStatus\":\"DONE\"}";
    }

    static String send(Client client, FakeRunmesh runmesh, String task, String user, String cost) {
        return client.post(runmesh, PATH, json(task, user, cost), "X-Bridge-Secret", SECRET);
    }

    static String send(Client client, FakeRunmesh runmesh, String task) {
        return send(client, runmesh, task, "ann", "0.10");
    }
}
