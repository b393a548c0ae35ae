package id.lum.core.adapter;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;

/** Says in the manifest of an adapter which services {@link AdapterHooks} registers, for resolvers and tools. */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.core.policy.Sharing,id.lum.core.grants.GrantStoreControl\"",
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.PermissionChecker\"",
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.ResourceRegistrar\"",
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"id.lum.hooks.IdentityProvider\"",
        effective = "active")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ProvidesAdapterHooks {}
