/** Log lines about failures that repeat: few of them, and none left out without a word. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package id.lum.support.log;
