/**
 * Token stores that are processes. Settings say where plugins lie; {@code PluginSet} finds them and registers a store
 * for each; {@code PluginSupervisor} keeps one process for each alive. {@code PluginStarter} makes a process out of a
 * checked file, {@code PluginConnection} is the gRPC of the go-plugin protocol, {@code PluginOutput} what the process
 * prints.
 */
package id.lum.goplugin.internal;
