/**
 * What tests of hooks are written with. The package {@code contract} beside this one checks a hook against its
 * interface.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.testing;
