package id.lum.lumilake.internal.optimizer;

/** What became of asking for the catalog. */
sealed interface CatalogResponse permits Catalog, CatalogResponse.Failed {

    /**
     * It could not be had, or is none.
     *
     * @param reason why, fit for a log
     */
    record Failed(String reason) implements CatalogResponse {}
}
