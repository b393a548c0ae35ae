package id.lum.tokenstore.internal.resolution;

import java.time.Duration;

/**
 * How long stores are waited for.
 *
 * @param call for one answer; then the store is interrupted
 * @param whole for all answers to one {@link Fetching#fetch}
 */
public record Patience(Duration call, Duration whole) {}
