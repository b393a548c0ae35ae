package id.lum.tour.internal;

/** A container that remembers nothing: every hook is asked, and one is replaced meanwhile. */
final class FirstStart implements Chapter {
    @Override
    public void tell(Stage stage) {
        new FlowmeshStory(stage).tell();
        new BillingStory(stage).whileRunmeshAnswers();
        new LumilakeStory(stage).tell();
        new DemoStory(stage).tell();
        new SwapStory(stage).tell();
    }
}
