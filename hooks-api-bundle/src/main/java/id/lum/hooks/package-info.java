/**
 * The hook contract: what a plugin implements and what a host gets to see.
 *
 * <p>A hook is an OSGi service under one of the hook interfaces of this package (or of {@code id.lum.hooks.flowmesh}
 * and {@code id.lum.hooks.lumilake}). It carries the service properties of {@link id.lum.hooks.Hook} (host, name,
 * optionally required) and usually a service ranking. A host never looks hooks up itself; it asks the composed view of
 * {@code id.lum.hooks.host}.
 *
 * <p>Rules that hold for every hook:
 *
 * <ul>
 *   <li>Calls block, come from any thread, and may run at the same time.
 *   <li><b>Every operation is safe to repeat.</b> A call may reach a hook and, after the hook's bundle was replaced,
 *       its successor too.
 *   <li>A hook says no with {@link id.lum.hooks.HookRejection}. Any other exception means that the hook is broken; the
 *       composed view answers 503 then, never an allow.
 *   <li>A hook whose resource is closed throws; it never answers. A closed store is not "no grant".
 *   <li>No argument and no result is ever {@code null}. A hook throws a {@link NullPointerException} for a null that it
 *       looks at.
 *   <li>A bearer token never reaches a log line, an exception text, a service property or a file.
 * </ul>
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.hooks;
