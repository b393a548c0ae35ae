package id.lum.demo.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The settings of the configuration {@code id.lum.demo}. */
@ObjectClassDefinition(
        id = DemoConfiguration.PID,
        name = "lum.id hooks: demo plugin",
        description =
                "Every hook in memory, to poke at the contract. Never for production: its tokens lie in a plain file, and "
                        + "what it knows is gone when it stops.")
@interface DemoConfiguration {
    /** The PID. */
    String PID = "id.lum.demo";

    @AttributeDefinition(
            name = "Hosts",
            description =
                    "The hosts to serve, separated by commas. Each gets all hooks of the demo, with owners and a ledger of "
                            + "its own. Without a host the demo registers nothing.",
            required = false)
    String hosts();

    @AttributeDefinition(
            name = "File of tokens",
            description =
                    "The path of a JSON file that says which token belongs to whom. Where it is not said, demo/tokens.json in the data folder. If "
                            + "it does not exist, it is created with demo-admin-token and demo-user-token; edits take effect at once.",
            required = false)
    String tokens_file();

    @AttributeDefinition(
            name = "Blocked principals",
            description = "The ids of principals who may not submit work, separated by commas.",
            required = false)
    String blocked_principals();
}
