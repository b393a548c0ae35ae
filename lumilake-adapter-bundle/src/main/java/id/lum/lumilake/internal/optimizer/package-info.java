/**
 * The remote optimizer: what it offers, kept up to date, and the calls that have it plan a job. It is told apart from a
 * server that is absent, slow or wrong, and never gets a token that is not meant for it.
 */
package id.lum.lumilake.internal.optimizer;
