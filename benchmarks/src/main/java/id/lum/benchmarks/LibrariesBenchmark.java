package id.lum.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authz.AuthorizationInfo;
import org.apache.shiro.authz.SimpleAuthorizationInfo;
import org.apache.shiro.cache.MemoryConstrainedCacheManager;
import org.apache.shiro.realm.AuthorizingRealm;
import org.apache.shiro.subject.PrincipalCollection;
import org.apache.shiro.subject.SimplePrincipalCollection;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The questions of {@link RequireBenchmark}, put to libraries for authorization. Both look through what the principal,
 * or everybody, holds, so they are asked at a small size alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LibrariesBenchmark {
    private static final String MODEL = """
            [request_definition]
            r = sub, obj, act
            [policy_definition]
            p = sub, obj, act
            [policy_effect]
            e = some(where (p.eft == allow))
            [matchers]
            m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
            """;

    /** How many grants there are, and questions about them. */
    @Param("1000")
    public int grants;

    private GrantQuestions questions;
    private Enforcer enforcer;
    private GrantRealm realm;

    /** Fills both, and checks their answers. */
    @Setup(Level.Trial)
    public void open() {
        questions = new GrantQuestions(grants);
        Model model = new Model();
        model.loadModelFromText(MODEL);
        enforcer = new Enforcer(model);
        enforcer.enableLog(false);
        for (int question = 0; question < grants; question++) {
            enforcer.addPolicy(questions.owner(question), questions.id(question), GrantQuestions.ACTION);
        }
        realm = new GrantRealm(questions);
        realm.setCacheManager(new MemoryConstrainedCacheManager());
        for (int question = 0; question < grants; question++) {
            if (jcasbin(question) != questions.isAllowed(question)
                    || shiro(question) != questions.isAllowed(question)) {
                throw new IllegalStateException("A wrong answer to question " + question + ".");
            }
        }
    }

    private boolean jcasbin(int question) {
        return enforcer.enforce(
                questions.asking(question).principalId(), questions.id(question), GrantQuestions.ACTION);
    }

    private boolean shiro(int question) {
        return realm.isPermitted(
                new SimplePrincipalCollection(questions.asking(question).principalId(), realm.getName()),
                permission(questions, question));
    }

    private static String permission(GrantQuestions questions, int question) {
        return GrantQuestions.KIND + ":" + GrantQuestions.ACTION + ":" + questions.id(question);
    }

    /** jCasbin with a policy line a grant. */
    @Benchmark
    public boolean peerJcasbin() {
        return jcasbin(questions.any());
    }

    /** Apache Shiro with a wildcard permission a grant, its authorization cache on. */
    @Benchmark
    public boolean peerShiro() {
        return shiro(questions.any());
    }

    /** The permissions of a principal, from memory. */
    private static final class GrantRealm extends AuthorizingRealm {
        private final GrantQuestions questions;

        GrantRealm(GrantQuestions questions) {
            this.questions = questions;
        }

        @Override
        protected AuthorizationInfo doGetAuthorizationInfo(PrincipalCollection principals) {
            SimpleAuthorizationInfo info = new SimpleAuthorizationInfo();
            for (int question = 0; question < questions.count(); question++) {
                if (List.of(questions.owner(question)).equals(principals.asList())) {
                    info.addStringPermission(permission(questions, question));
                }
            }
            return info;
        }

        @Override
        protected AuthenticationInfo doGetAuthenticationInfo(AuthenticationToken token) {
            throw new UnsupportedOperationException("Nobody logs in.");
        }
    }
}
