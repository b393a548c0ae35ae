package id.lum.lumilake.internal.optimizer;

/** What became of asking for the catalog. */
sealed interface CatalogAnswer permits Catalog, CatalogAnswer.Failed {

    /**
     * It could not be had, or is none.
     *
     * @param reason why, fit for a log
     */
    record Failed(String reason) implements CatalogAnswer {}
}
