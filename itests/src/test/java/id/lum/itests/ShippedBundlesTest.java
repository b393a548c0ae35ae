package id.lum.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the manifests in the shipped folder promise. */
class ShippedBundlesTest {
    /** A comma that is not within quotes ends a clause. */
    private static final String CLAUSES = ",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)";

    /**
     * What is in every Java; of JAAS, by which a shell says who types, and of TLS OSGi wants an import, and Java has no
     * version.
     */
    private static final String JAVA = "java\\..*|javax\\.security\\.auth(\\.x500)?|javax\\.net(\\.ssl)?";

    private static final String OSGI = "org\\.osgi\\..*";
    private static final String LOGGING = "org\\.slf4j";
    private static final String CONTRACT = "id\\.lum\\.hooks(\\..*)?";

    /** Whose classes a bundle holds, where they are not its own alone. */
    private static final Map<String, List<String>> OWN = Map.of(
            "id.lum.tour", List.of("id.lum.tour", "id.lum.traffic"),
            "id.lum.engine", List.of("id.lum.engine", "id.lum.support"),
            "id.lum.demo", List.of("id.lum.demo", "id.lum.support"),
            "id.lum.tokenstore", List.of("id.lum.tokenstore", "id.lum.support"),
            "id.lum.wasi", List.of("id.lum.wasi", "id.lum.support", "com.dylibso.chicory", "org.objectweb.asm"),
            "id.lum.goplugin",
                    List.of(
                            "id.lum.goplugin",
                            "id.lum.support",
                            "io.grpc",
                            "io.perfmark",
                            "com.google.common",
                            "okio",
                            "kotlin"),
            // Of what is no bundle itself.
            "id.lum.support", List.of("id.lum.support", "org.apache.hc"));

    private static ShippedFolder folder;

    private record Shipped(String name, String file, List<String> entries, java.util.jar.Attributes headers) {
        Optional<String> header(String header) {
            return Optional.ofNullable(headers.getValue(header));
        }

        List<String> clauses(String header) {
            return header(header).stream()
                    .flatMap(value -> Arrays.stream(value.split(CLAUSES)))
                    .toList();
        }

        /** The packages of a header such as Import-Package, without what is said about them. */
        List<String> packages(String header) {
            return clauses(header).stream()
                    .map(clause -> clause.replaceFirst(";.*", ""))
                    .toList();
        }

        @Override
        public String toString() {
            return file;
        }
    }

    @BeforeAll
    static void unpack() {
        folder = ShippedFolder.copy("ShippedBundlesTest");
    }

    @Test
    void folderHoldsExactlyWhatIsStartedEachOnce() throws IOException {
        List<String> listed = folder.bundles().values().stream()
                .flatMap(Collection::stream)
                .map(location -> location.replaceFirst("^file:", ""))
                .toList();
        try (Stream<Path> files = Files.list(folder.home().resolve("bundle"))) {
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(Path::toString).toList());
        }
    }

    @Test
    void eachOfOursHasTheNameOfItsModuleAndALicense() throws IOException {
        assertThat(ours())
                .extracting(Shipped::name)
                .containsExactlyInAnyOrder(
                        "id.lum.hooks",
                        "id.lum.engine",
                        "id.lum.support",
                        "id.lum.core",
                        "id.lum.flowmesh",
                        "id.lum.lumilake",
                        "id.lum.demo",
                        "id.lum.tokenstore",
                        "id.lum.goplugin",
                        "id.lum.wasi",
                        "id.lum.tour",
                        "id.lum.fakes");
        assertThat(ours()).allSatisfy(bundle -> {
            assertThat(bundle.file()).startsWith(bundle.name());
            assertThat(bundle.header("Bundle-License")).contains("Apache-2.0");
            assertThat(bundle.entries()).contains("META-INF/LICENSE");
        });
    }

    @Test
    void everyExportedPackageHasAVersionOfItsOwnAndIsNotInternal() throws IOException {
        assertThat(ours())
                .flatExtracting(bundle -> bundle.clauses("Export-Package"))
                .isNotEmpty()
                .allSatisfy(clause -> assertThat(clause)
                        .containsPattern(";version=\"\\d+\\.\\d+\\.\\d+\"")
                        .doesNotContainPattern("^[^;]*\\binternal\\b"));
    }

    @Test
    void whatIsACopyOfAnothersIsNotExported() throws IOException {
        for (String name : List.of(
                "id.lum.tour", "id.lum.engine", "id.lum.demo", "id.lum.tokenstore", "id.lum.goplugin", "id.lum.wasi")) {
            assertThat(bundle(name).header("Export-Package")).as(name).isEmpty();
            assertThat(bundle(name).packages("Import-Package"))
                    .as(name)
                    .noneSatisfy(imported -> assertThat(imported).startsWith("id.lum.support"));
        }
    }

    @Test
    void everyImportFromElsewhereSaysWhichVersions() throws IOException {
        assertThat(ours())
                .allSatisfy(bundle -> assertThat(bundle.clauses("Import-Package"))
                        .filteredOn(clause -> !clause.matches(JAVA))
                        .allSatisfy(clause -> assertThat(clause).containsPattern(";version=\"[\\[(]")));
    }

    @Test
    void contractImportsOnlyJavaAndOsgi() throws IOException {
        assertThat(bundle("id.lum.hooks").packages("Import-Package"))
                .allSatisfy(name -> assertThat(name).matches(String.join("|", JAVA, OSGI, CONTRACT)));
    }

    @Test
    void adaptersAndTokenStoresExportNothing() throws IOException {
        for (String name :
                List.of("id.lum.flowmesh", "id.lum.lumilake", "id.lum.tokenstore", "id.lum.goplugin", "id.lum.wasi")) {
            assertThat(bundle(name).header("Export-Package")).as(name).isEmpty();
        }
    }

    @Test
    void coreExportsWhatHostsAndAdaptersNeedAndNoStore() throws IOException {
        assertThat(bundle("id.lum.core").packages("Export-Package"))
                .containsExactlyInAnyOrder(
                        "id.lum.core.adapter", "id.lum.core.grants", "id.lum.core.identity", "id.lum.core.policy");
    }

    @Test
    void pluginAndTokenStoresImportNothingOfOursButTheContract() throws IOException {
        for (String name : List.of("id.lum.demo", "id.lum.tokenstore", "id.lum.goplugin", "id.lum.wasi")) {
            assertThat(bundle(name).packages("Import-Package"))
                    .as(name)
                    .filteredOn(imported -> imported.startsWith("id.lum."))
                    .isNotEmpty()
                    .allSatisfy(imported -> assertThat(imported).matches(CONTRACT));
        }
    }

    @Test
    void hostNeedsBesidesTheContractOnlyWhatItSharesGrantsWithAndItsFake() throws IOException {
        assertThat(bundle("id.lum.tour").packages("Import-Package"))
                .filteredOn(imported -> imported.startsWith("id.lum.") && !imported.matches(CONTRACT))
                .containsExactlyInAnyOrder("id.lum.core.grants", "id.lum.core.policy", "id.lum.fakes");
    }

    @Test
    void fakesAreNotAmongTheBundlesOfProduction() throws IOException {
        try (Stream<Path> files = Files.list(folder.home().resolve("tour"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("id.lum.tour.jar", "id.lum.fakes.jar");
        }
    }

    @Test
    void nothingForeignIsEmbedded() throws IOException {
        assertThat(ours()).allSatisfy(bundle -> {
            assertThat(bundle.header("Bundle-ClassPath")).isEmpty();
            assertThat(bundle.entries())
                    .filteredOn(entry -> entry.endsWith(".jar"))
                    .isEmpty();
            assertThat(bundle.entries())
                    .filteredOn(entry -> entry.endsWith(".class"))
                    .allSatisfy(entry -> assertThat(OWN.getOrDefault(bundle.name(), List.of(bundle.name())))
                            .anySatisfy(own -> assertThat(entry).startsWith(own.replace('.', '/') + "/")));
        });
    }

    @Test
    void supportKeepsItsHttpClientToItselfAndImportsNothingForIt() throws IOException {
        assertThat(bundle("id.lum.support").packages("Export-Package"))
                .noneSatisfy(name -> assertThat(name).startsWith("org.apache"));
        assertThat(bundle("id.lum.support").packages("Import-Package"))
                .allSatisfy(name -> assertThat(name)
                        .matches(String.join(
                                "|",
                                JAVA,
                                OSGI,
                                LOGGING + "(\\.event)?",
                                CONTRACT,
                                "javax\\.sql",
                                "id\\.lum\\.support\\..*",
                                "com\\.fasterxml\\.jackson\\..*",
                                "org\\.sqlite(\\..*)?")));
        assertThat(bundle("id.lum.support").entries()).contains("META-INF/NOTICE");
    }

    @Test
    void modulesAreRunByARuntimeOfTheirBundlesOwn() throws IOException {
        assertThat(bundle("id.lum.wasi").packages("Import-Package"))
                .allSatisfy(name -> assertThat(name)
                        .matches(String.join(
                                "|",
                                JAVA,
                                OSGI,
                                LOGGING + "(\\.event)?",
                                CONTRACT,
                                "com\\.fasterxml\\.jackson\\.core(\\.util)?")));
        assertThat(bundle("id.lum.wasi").entries()).contains("META-INF/NOTICE");
    }

    @Test
    void pluginsAreSpokenToByAGrpcOfTheirBundlesOwn() throws IOException {
        assertThat(bundle("id.lum.goplugin").packages("Import-Package"))
                .allSatisfy(name -> assertThat(name)
                        .matches(String.join(
                                "|",
                                JAVA,
                                OSGI,
                                LOGGING + "(\\.event)?",
                                CONTRACT,
                                "com\\.fasterxml\\.jackson\\.core(\\.util)?")));
        assertThat(bundle("id.lum.goplugin").entries())
                .contains(
                        "META-INF/NOTICE",
                        "META-INF/services/io.grpc.LoadBalancerProvider",
                        "META-INF/services/io.grpc.NameResolverProvider");
    }

    @Test
    void everythingShippedIsABundle() throws IOException {
        assertThat(all()).allSatisfy(bundle -> assertThat(bundle.name()).isNotEmpty());
    }

    private static Shipped bundle(String name) throws IOException {
        return ours().stream()
                .filter(bundle -> bundle.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Shipped> ours() throws IOException {
        return all().stream()
                .filter(bundle -> bundle.name().startsWith("id.lum."))
                .toList();
    }

    private static List<Shipped> all() throws IOException {
        List<Shipped> bundles = new ArrayList<>();
        for (String place : List.of("bundle", "tour")) {
            try (Stream<Path> files = Files.list(folder.home().resolve(place))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    bundles.add(read(file));
                }
            }
        }
        return bundles;
    }

    private static Shipped read(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            var headers = jar.getManifest().getMainAttributes();
            String name = Optional.ofNullable(headers.getValue("Bundle-SymbolicName"))
                    .map(value -> value.replaceFirst(";.*", ""))
                    .orElse("");
            return new Shipped(
                    name,
                    file.getFileName().toString(),
                    jar.stream().map(entry -> entry.getName()).toList(),
                    headers);
        }
    }
}
