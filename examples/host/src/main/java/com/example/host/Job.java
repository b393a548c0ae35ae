package com.example.host;

/** A job that ended. Two rows that say the same are equal, so a sink counts a repeated row once. */
public record Job(String id, String principalId, long seconds) {}
