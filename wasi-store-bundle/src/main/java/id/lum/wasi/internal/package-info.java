/**
 * Token stores that are WebAssembly modules. {@code ModuleScan}, {@code ModuleRules} and {@code LoadedModule} make
 * something that can be run out of a file; {@code ModuleInstance} is the protocol between a store and its host;
 * {@code WasiHost} is what a module sees of the machine; {@code InstancePool} puts calls to instances and ends them in
 * time. Settings say where modules lie; {@code ModuleSet} finds them and registers a store for each.
 */
package id.lum.wasi.internal;
