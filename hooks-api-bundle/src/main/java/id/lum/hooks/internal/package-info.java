/**
 * The composed view, from the service registry up.
 *
 * <p>{@code HostViewOwner} reads a configuration and publishes a view. {@code HookTracker} tells {@code LiveRoster}
 * which hooks are registered. {@code ComposedView} asks {@code HookCalls} its questions, and {@code HookCalls} takes
 * the hooks one by one from {@code LiveRoster}, which is where callers wait.
 */
package id.lum.hooks.internal;
