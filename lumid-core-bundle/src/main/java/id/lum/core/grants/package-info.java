/** Who may do what to which resource: grants as they are listed, and as a policy asks for them. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package id.lum.core.grants;
