package id.lum.traffic;

import java.util.HashSet;
import java.util.Set;

/**
 * In which files a resource is somebody's: surely, or possibly, where the files were changing meanwhile or a call
 * failed.
 */
final class GrantLocations {
    private final Set<String> sure = new HashSet<>();
    private final Set<String> possible = new HashSet<>();

    /** @param files of which one was in force */
    void registered(Set<String> files) {
        possible.addAll(files);
        if (files.size() == 1) {
            sure.addAll(files);
        }
    }

    /** @param files of which one was in force */
    void deregistered(Set<String> files) {
        sure.removeAll(files);
        if (files.size() == 1) {
            possible.removeAll(files);
        }
    }

    /**
     * A registration or a deregistration failed, and may have been made all the same. Whether the resource is there is
     * unknown until a later one succeeds.
     *
     * @param files of which one was in force
     */
    void unknown(Set<String> files) {
        possible.addAll(files);
        sure.removeAll(files);
    }

    boolean isSurelyIn(String file) {
        return sure.contains(file);
    }

    boolean isNowhere() {
        return possible.isEmpty();
    }

    boolean mayBeIn(Set<String> files) {
        return files.stream().anyMatch(possible::contains);
    }

    boolean mayBeMissingFrom(Set<String> files) {
        return !sure.containsAll(files);
    }
}
