package id.lum.itests;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/** The plan of the house, as rules that fail. */
class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("id.lum");

    /** It tells its story on the console, and its verdict is the exit status. */
    private static final String TOUR = "id.lum.tour";

    /** It is no bundle: it speaks on the console before there is a log, and its verdict is the exit status, too. */
    private static final String LAUNCHER = "id.lum.launcher";

    /** On the class path of tests alone. It captures what is printed. */
    private static final String TEST_KIT = "id.lum.testing";

    /** Types alone: it does not even log. */
    private static final String CONTRACT = "id.lum.hooks";

    /** An adapter, a plugin and an application export nothing. */
    private static final Set<String> EXPORTING =
            Set.of(CONTRACT, "id.lum.support", "id.lum.core", "id.lum.testing", "id.lum.fakes", "id.lum.traffic");

    private static final String[] EVERYBODY = {"java..", "org.osgi.."};

    /** What each bundle may use besides itself and what everybody may use: the arrows. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            arrow(CONTRACT),
            arrow(
                    "id.lum.engine",
                    "id.lum.hooks..",
                    "id.lum.support.config..",
                    "id.lum.support.lifecycle..",
                    "id.lum.support.log..",
                    "id.lum.support.shell.."),
            arrow(
                    "id.lum.support",
                    "id.lum.hooks..",
                    "com.fasterxml.jackson..",
                    "javax.net..",
                    "javax.security.auth",
                    "org.apache.hc..",
                    "org.sqlite.."),
            arrow(
                    "id.lum.core",
                    "id.lum.hooks..",
                    "id.lum.support..",
                    "com.fasterxml.jackson..",
                    "com.github.benmanes.caffeine.."),
            arrow("id.lum.flowmesh", "id.lum.hooks..", "id.lum.support..", "id.lum.core.."),
            arrow("id.lum.lumilake", "id.lum.hooks..", "id.lum.support..", "id.lum.core.."),
            arrow("id.lum.demo", "id.lum.hooks..", "id.lum.support..", "com.fasterxml.jackson.."),
            arrow("id.lum.tokenstore", "id.lum.hooks..", "id.lum.support..", "com.fasterxml.jackson.."),
            arrow("id.lum.goplugin", "id.lum.hooks..", "id.lum.support..", "io.grpc..", "javax.net.."),
            arrow("id.lum.wasi", "id.lum.hooks..", "id.lum.support..", "com.dylibso.chicory.."),
            arrow(TEST_KIT, "id.lum.hooks..", "org.junit.jupiter.."),
            arrow("id.lum.fakes", "com.fasterxml.jackson.."),
            arrow("id.lum.traffic", "id.lum.hooks.."),
            arrow(LAUNCHER, "org.apache.felix.framework..", "org.apache.felix.main.."),
            arrow(
                    TOUR,
                    "id.lum.hooks..",
                    "id.lum.support..",
                    "id.lum.core..",
                    "id.lum.fakes..",
                    "id.lum.traffic..",
                    "org.apache.felix.service.command.."));

    /** It gives its threads a loader of no bundle, lest they cling to that of whoever called first. */
    private static final String THREADS = "id.lum.support.lifecycle.NamedThreads";

    /** The shell lends a command its standard streams; asking for a token is the one use of them. */
    private static final String PROMPT = "id.lum.engine.internal.TokenPrompt";

    /** Bundles come and go: what a class loader hands out, or a thread brings along, may be of one that has gone. */
    private static final Map<String, Set<String>> FORBIDDEN = Map.of(
            "java.lang.Thread", Set.of("sleep", "getContextClassLoader", "setContextClassLoader"),
            "java.util.concurrent.TimeUnit", Set.of("sleep"),
            "java.lang.Class", Set.of("forName"));

    /** Each takes a locale, too. */
    private static final Map<String, Set<String>> LOCALIZED = Map.of(
            "java.lang.String", Set.of("format", "formatted", "toLowerCase", "toUpperCase"),
            "java.io.PrintStream", Set.of("format", "printf"),
            "java.io.PrintWriter", Set.of("format", "printf"),
            "java.time.format.DateTimeFormatter", Set.of("ofPattern"));

    private static Map.Entry<String, List<String>> arrow(String bundle, String... targets) {
        return Map.entry(bundle, List.of(targets));
    }

    @Test
    void everyBundleHasItsArrows() {
        assertThat(OURS.stream().map(ArchitectureTest::bundleOf)).hasSameElementsAs(ARROWS.keySet());
    }

    @Test
    void bundlesUseOnlyWhatTheirArrowsAllow() {
        ARROWS.forEach((bundle, arrows) -> {
            TreeSet<String> allowed = new TreeSet<>(List.of(EVERYBODY));
            allowed.addAll(arrows);
            allowed.add(bundle + "..");
            if (!bundle.equals(CONTRACT)) {
                allowed.add("org.slf4j..");
            }
            classes()
                    .that()
                    .resideInAPackage(bundle + "..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(allowed.toArray(String[]::new))
                    .check(OURS);
        });
    }

    @Test
    void internalsAreUsedByTheirOwnBundleOnly() {
        classes().should(notReachIntoAnotherBundle()).check(OURS);
    }

    /** A promised class may be made of internals, as the hooks of an adapter are, and shows none. */
    @Test
    void whatIsPromisedShowsNoInternals() {
        classes()
                .that(are(resideOutsideOfPackage("..internal..")))
                .and()
                .arePublic()
                .should(showNoInternals())
                .check(OURS);
    }

    /**
     * What an adapter is built from registers its hooks; the rest of the core knows no OSGi but the annotations that
     * describe settings, which only the build reads.
     */
    @Test
    void whatTheCoreOffersIsPlainJava() {
        noClasses()
                .that(are(resideInAPackage("id.lum.core..")))
                .and(are(resideOutsideOfPackages("..internal..", "id.lum.core.adapter")))
                .should()
                .dependOnClassesThat(resideInAPackage("org.osgi.framework.."))
                .orShould()
                .dependOnClassesThat(are(resideInAPackage("org.osgi.service.."))
                        .and(are(resideOutsideOfPackage("org.osgi.service.metatype.annotations"))))
                .check(OURS);
    }

    @Test
    void theModulesOfJavaSeSuffice() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jdk..", "sun..", "com.sun..")
                // Its algorithm is of the module jdk.random.
                .orShould()
                .callMethod(RandomGenerator.class, "getDefault")
                .check(OURS);
    }

    @Test
    void packagesDoNotDependOnEachOtherInCircles() {
        slices().matching("id.lum.(**)").should().beFreeOfCycles().check(OURS);
    }

    /** The store of usage rows and the client of Runmesh do not know each other, nor who ties them together. */
    @Test
    void thePackagesOfBillingHaveTheirArrows() {
        String flowmesh = "id.lum.flowmesh.internal";
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("usage")
                .definedBy(flowmesh + ".usage")
                .layer("outbox")
                .definedBy(flowmesh + ".outbox")
                .layer("runmesh")
                .definedBy(flowmesh + ".runmesh")
                .layer("delivery")
                .definedBy(flowmesh + ".delivery")
                .layer("billing")
                .definedBy(flowmesh + ".billing")
                .layer("adapter")
                .definedBy(flowmesh)
                .whereLayer("usage")
                .mayNotAccessAnyLayer()
                .whereLayer("outbox")
                .mayOnlyAccessLayers("usage")
                .whereLayer("runmesh")
                .mayOnlyAccessLayers("usage")
                .whereLayer("delivery")
                .mayOnlyAccessLayers("usage", "outbox", "runmesh")
                .whereLayer("billing")
                .mayOnlyBeAccessedByLayers("adapter")
                .check(OURS);
    }

    @Test
    void everyPackageIsEitherInternalOrExportedWithAVersion() {
        Set<String> promised = new TreeSet<>();
        for (String name : namesOfPackages()) {
            JavaPackage one = OURS.getPackage(name);
            boolean internal = (name + ".").contains(".internal.");
            assertThat(one.isAnnotatedWith(Export.class))
                    .as(name + " is exported")
                    .isEqualTo(!internal);
            assertThat(one.isAnnotatedWith(Version.class))
                    .as(name + " has a version")
                    .isEqualTo(!internal);
            if (!internal) {
                promised.add(name);
            }
        }
        assertThat(promised).contains("id.lum.hooks", "id.lum.hooks.host");
    }

    @Test
    void onlyTheContractTheSupportTheCoreAndWhatTestsUseExportPackages() {
        assertThat(OURS.stream()
                        .filter(one -> !(one.getPackageName() + ".").contains(".internal."))
                        .map(ArchitectureTest::bundleOf))
                .contains(CONTRACT)
                .isSubsetOf(EXPORTING);
    }

    @Test
    void theContractUsesJavaAndAnnotationsOnly() {
        classes()
                .that()
                .resideInAPackage(CONTRACT + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", CONTRACT + "..", "org.osgi.annotation..", "org.osgi.service.component.annotations")
                .check(OURS);
    }

    @Test
    void kindsOfTheHostsAreKnownToTheirAdaptersTheDemoAndTheTourOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "id.lum.engine..",
                        "id.lum.support..",
                        "id.lum.core..",
                        "id.lum.tokenstore..",
                        "id.lum.goplugin..",
                        "id.lum.wasi..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("id.lum.hooks.flowmesh..", "id.lum.hooks.lumilake..")
                .because("a third host needs no change of these bundles")
                .check(OURS);
    }

    /** The contract packages of the two hosts mirror each other. */
    @Test
    void noSimpleNameStandsForTwoClasses() {
        Map<String, List<String>> byName = OURS.stream()
                .filter(one -> one.isTopLevelClass() && !one.getSimpleName().equals("package-info"))
                .filter(one -> !Set.of("id.lum.hooks.flowmesh", "id.lum.hooks.lumilake")
                        .contains(one.getPackageName()))
                .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));
        assertThat(byName.values()).allSatisfy(classes -> assertThat(classes).hasSize(1));
    }

    @Test
    void driverManagerIsNotUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.sql.DriverManager")
                .because("it sees drivers of its caller's class loader only, which in a container are none")
                .check(OURS);
    }

    @Test
    void theHttpClientOfTheJdkIsNotUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .because("it keeps the socket of every answer that is not HTTP, and its one selector thread may die")
                .check(OURS);
    }

    @Test
    void theHttpClientIsKnownToOnePackageAndPromisedToNobody() {
        noClasses()
                .that()
                .resideOutsideOfPackage("id.lum.support.http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.hc..")
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage("id.lum.support.http")
                .and()
                .arePublic()
                .should()
                .dependOnClassesThat(
                        are(resideInAPackage("org.apache.hc..")).and(are(not(assignableTo(Exception.class)))))
                .check(OURS);
    }

    @Test
    void nobodySleepsOrGuessesClassLoaders() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(THREADS)
                .should()
                .callMethodWhere(target(describe(
                        "forbidden: " + FORBIDDEN,
                        method -> FORBIDDEN
                                .getOrDefault(method.getOwner().getName(), Set.of())
                                .contains(method.getName()))))
                .check(OURS);
    }

    /** In some locales digits are others, and i in upper case is none of I. */
    @Test
    void textDoesNotDependOnTheLocaleOfTheMachine() {
        noClasses()
                .should()
                .callMethodWhere(target(describe(
                        "take the default locale",
                        method -> LOCALIZED
                                        .getOrDefault(method.getOwner().getName(), Set.of())
                                        .contains(method.getName())
                                && !method.getFullName().contains("java.util.Locale"))))
                .check(OURS);
    }

    @Test
    void nobodyPrints() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(PROMPT)
                .and()
                .resideOutsideOfPackages(TOUR + "..", LAUNCHER + "..", TEST_KIT + "..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(OURS);
    }

    @Test
    void nobodyEndsTheContainer() {
        noClasses()
                .that()
                .resideOutsideOfPackages(TOUR + "..", LAUNCHER + "..")
                .should()
                .callMethodWhere(target(describe(
                        "end the virtual machine",
                        method -> Set.of("java.lang.System.exit", "java.lang.Runtime.exit", "java.lang.Runtime.halt")
                                .contains(method.getOwner().getName() + "." + method.getName()))))
                .check(OURS);
    }

    private static ArchCondition<JavaClass> showNoInternals() {
        return new ArchCondition<>("show no internals to whoever uses or extends them") {
            @Override
            public void check(JavaClass shown, ConditionEvents events) {
                Stream<JavaClass> types = Stream.concat(
                        Stream.concat(shown.getAllRawSuperclasses().stream(), shown.getAllRawInterfaces().stream()),
                        shown.getMembers().stream()
                                .filter(member -> isAccessible(member.getModifiers()))
                                .flatMap(member -> member.getAllInvolvedRawTypes().stream()));
                types.map(JavaClass::getBaseComponentType)
                        .filter(type -> (type.getPackageName() + ".").contains(".internal."))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                shown, shown.getName() + " shows the internal " + type.getName())));
            }
        };
    }

    private static boolean isAccessible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static ArchCondition<JavaClass> notReachIntoAnotherBundle() {
        return new ArchCondition<>("not reach into the internals of another bundle") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                origin.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                (dependency.getTargetClass().getPackageName() + ".").contains(".internal."))
                        .filter(dependency ->
                                dependency.getTargetClass().getPackageName().startsWith("id.lum."))
                        .filter(dependency ->
                                !bundleOf(dependency.getTargetClass()).equals(bundleOf(origin)))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
            }
        };
    }

    /** A bundle is named like the package that holds all of its packages. */
    private static String bundleOf(JavaClass one) {
        String[] parts = one.getPackageName().split("\\.");
        return String.join(".", parts[0], parts[1], parts[2]);
    }

    private static Set<String> namesOfPackages() {
        Set<String> names = new TreeSet<>();
        OURS.forEach(one -> names.add(one.getPackageName()));
        return names;
    }
}
