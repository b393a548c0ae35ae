package id.lum.tour.internal;

/** What is told between a start of the container and its end. What happened in the chapters before lies on the disk. */
interface Chapter {
    void tell(Stage stage);

    /** Whether the container is killed afterwards, instead of being ended. */
    default boolean endsInAKill() {
        return false;
    }
}
