package id.lum.tour.internal;

/** The same container, killed with usage rows in it: every one of them is billed. */
final class AfterKill implements Chapter {
    @Override
    public void tell(Stage stage) {
        new BillingStory(stage).afterTheKill();
    }
}
