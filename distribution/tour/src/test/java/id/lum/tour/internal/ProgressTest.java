package id.lum.tour.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
    @TempDir
    Path folder;

    @Test
    void withoutAFileNothingHasBeenTold() throws IOException {
        assertThat(Progress.read(file())).isEqualTo(new Progress(0, 0, 0, 0));
    }

    @Test
    void whatWasKeptIsCountedOnAndReplaced() throws IOException {
        new Progress(3, 1, 20, 0).write(file());
        Narrator narrator = new Narrator(new PrintStream(OutputStream.nullOutputStream()));
        narrator.goOnFrom(Progress.read(file()));
        narrator.check("a right one", "yes", "yes");
        narrator.check("a wrong one", "yes", "no");

        narrator.progress(3, 2).write(file());

        assertThat(Progress.read(file())).isEqualTo(new Progress(3, 2, 21, 1));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void aWrongAnswerOfAnEarlierChapterIsNotForgotten() {
        Narrator narrator = new Narrator(new PrintStream(OutputStream.nullOutputStream()));
        narrator.goOnFrom(new Progress(3, 1, 20, 1));
        narrator.check("a right one", "yes", "yes");
        assertThat(narrator.isWrong()).isTrue();
    }

    @Test
    void theTourIsOverWhenTheLastChapterHasBeenTold() {
        assertThat(Progress.NONE.isOver()).isFalse();
        assertThat(new Progress(3, 2, 20, 1).isOver()).isFalse();
        assertThat(new Progress(3, 3, 20, 1).isOver()).isTrue();
    }

    @Test
    void aFileThatSaysNoNumberIsRefusedRatherThanCountedAsNone() throws IOException {
        for (String content :
                new String[] {"", "told=1\nright=2\nwrong=0\n", "chapters=3\ntold=1\nright=2\nwrong=none\n"}) {
            Files.writeString(file(), content);
            assertThatThrownBy(() -> Progress.read(file())).as(content).isInstanceOf(IOException.class);
        }
    }

    private Path file() {
        return Progress.in(folder);
    }
}
