package id.lum.core.internal.grants;

import static id.lum.core.grants.GrantLevel.READ;
import static id.lum.core.grants.GrantLevel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class GrantTableTest {
    private static final GrantedIds.Key BOBS = new GrantedIds.Key("workflow", "bob");

    @TempDir
    Path directory;

    @Test
    void levelsOfSomeIdsAreFoundWhateverIsInTheirText() throws Exception {
        Path path = directory.resolve("grants.sqlite");
        Sql.run(path, Sql.PYTHON_TABLE);
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + path.toUri());
        List<String> odd = List.of("\"", "\\u0041", "a','b", "\u0001\n", "\u00fc\ud83d\ude00", "[1]", "7", " ");
        try (GrantTable table = new GrantTable(source.getConnection(), new InvalidLevelLog())) {
            for (String id : odd) {
                table.upsert(new GrantKey("workflow", id, "bob"), WRITE, "now");
            }
            table.upsert(new GrantKey("workflow", "read", "bob"), READ, "now");
            table.upsert(new GrantKey("workflow", "not asked for", "bob"), READ, "now");
            table.upsert(new GrantKey("workflow", "eve's", "eve"), READ, "now");
            table.upsert(new GrantKey("task", "task", "bob"), READ, "now");

            assertThat(table.levels(BOBS, Set.copyOf(odd)))
                    .containsOnlyKeys(odd)
                    .allSatisfy((id, level) -> assertThat(level).contains(WRITE));
            assertThat(table.levels(BOBS, Set.of("read", "eve's", "task", "nobody's")))
                    .isEqualTo(Map.of(
                            "read", Optional.of(READ),
                            "eve's", Optional.empty(),
                            "task", Optional.empty(),
                            "nobody's", Optional.empty()));
        }
    }
}
