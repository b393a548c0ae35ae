/**
 * The composed view, from the service registry up.
 *
 * <p>{@code HostViewComponent} has each configuration delivered to a {@code HostViewOwner}, which publishes a view.
 * {@code HookTracker} tells {@code LiveRoster} which hooks are registered. {@code ComposedView} asks {@code HookCalls}
 * its questions, and {@code HookCalls} takes the hooks one by one from {@code LiveRoster}, which is where callers wait.
 */
package id.lum.hooks.internal;
