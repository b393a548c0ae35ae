package id.lum.tokenstore.internal;

import id.lum.hooks.tokenstore.TokenStore;

/** A store of this bundle: the messages of its failures quote neither a path nor a value, and are logged. */
sealed interface BuiltInStore extends TokenStore permits FileStore, EnvironmentStore {}
