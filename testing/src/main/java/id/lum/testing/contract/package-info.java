/**
 * One contract test for each hook interface. The author of a hook extends it, says how the hook is made, and gets a
 * test of what the interface promises for every implementation.
 *
 * <p>Methods that a subclass implements are called by tests, after the subclass's own {@code @BeforeEach}. JUnit makes
 * a new object for each test, so each test gets a hook of its own unless the subclass shares one.
 *
 * <p>A hook that stands on something that can be closed implements {@link id.lum.testing.contract.ClosableHook} in its
 * test, too; one that asks a service somewhere else {@link id.lum.testing.contract.IdentityOutage}; a permission
 * checker that claims resources {@link id.lum.testing.contract.ClaimContract}. They are interfaces with tests in them.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.testing.contract;
