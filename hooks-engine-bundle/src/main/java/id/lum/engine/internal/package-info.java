/**
 * The composed view, from the service registry up.
 *
 * <p>{@code HostViewComponent} has each configuration delivered to a {@code HostViewOwner}, which publishes a view.
 * {@code HookTracker} tells {@code HookRegistry} which hooks are registered. {@code ComposedView} asks
 * {@code HookDispatcher} its questions, and {@code HookDispatcher} takes the hooks one by one from
 * {@code HookRegistry}, which is where callers wait.
 */
package id.lum.engine.internal;
