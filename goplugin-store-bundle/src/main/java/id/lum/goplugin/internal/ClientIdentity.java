package id.lum.goplugin.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * Our end of AutoMTLS: a key pair and a certificate signed with it, made for one process of a plugin and forgotten with
 * it. The plugin is given the certificate in its environment, accepts no other, and answers with its own.
 *
 * <p>The key is on the curve P-256; that of plugins written in Go is on P-521.
 */
final class ClientIdentity {
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    /** Longer than a container runs; the certificate is worth nothing without the process. */
    private static final Duration VALIDITY = Duration.ofDays(3650);

    /** The plugin reads the same clock, which may be set back a little. */
    private static final Duration EARLIER = Duration.ofHours(1);

    private final KeyPair keys;
    private final byte[] certificate;

    private ClientIdentity(KeyPair keys, byte[] certificate) {
        this.keys = keys;
        this.certificate = certificate;
    }

    static ClientIdentity create(Instant now) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        byte[] algorithm = DerWriter.sequence(DerWriter.objectIdentifier(ECDSA_WITH_SHA256));
        byte[] name = DerWriter.sequence(DerWriter.set(DerWriter.sequence(
                DerWriter.objectIdentifier(COMMON_NAME), DerWriter.utf8(PluginConnection.AUTHORITY))));
        byte[] toBeSigned = DerWriter.sequence(
                DerWriter.tagged(0, DerWriter.integer(BigInteger.TWO)),
                DerWriter.integer(new BigInteger(127, new SecureRandom()).setBit(0)),
                algorithm,
                name,
                DerWriter.sequence(DerWriter.time(now.minus(EARLIER)), DerWriter.time(now.plus(VALIDITY))),
                name,
                keys.getPublic().getEncoded(),
                DerWriter.tagged(3, extensions()));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(toBeSigned);
        return new ClientIdentity(keys, DerWriter.sequence(toBeSigned, algorithm, DerWriter.bits(0, signature.sign())));
    }

    /** Those that a plugin's library gives its own: an authority that signs itself, for either end of a connection. */
    private static byte[] extensions() {
        byte[] localhost = DerWriter.implicit(2, PluginConnection.AUTHORITY.getBytes(StandardCharsets.US_ASCII));
        return DerWriter.sequence(
                extension(SUBJECT_ALTERNATIVE_NAME, false, DerWriter.sequence(localhost)),
                extension(BASIC_CONSTRAINTS, true, DerWriter.sequence(DerWriter.bool(true))),
                // Digital signature, key encipherment, key agreement and the signing of certificates: bits 0, 2, 4, 5.
                extension(KEY_USAGE, true, DerWriter.bits(2, new byte[] {(byte) 0b1010_1100})),
                extension(
                        EXTENDED_KEY_USAGE,
                        false,
                        DerWriter.sequence(
                                DerWriter.objectIdentifier(CLIENT_AUTHENTICATION),
                                DerWriter.objectIdentifier(SERVER_AUTHENTICATION))));
    }

    private static byte[] extension(String identifier, boolean critical, byte[] value) {
        byte[] name = DerWriter.objectIdentifier(identifier);
        return critical
                ? DerWriter.sequence(name, DerWriter.bool(true), DerWriter.octets(value))
                : DerWriter.sequence(name, DerWriter.octets(value));
    }

    /** The certificate, in DER. */
    byte[] certificate() {
        return certificate.clone();
    }

    /** The certificate as the plugin's environment has it. */
    String pem() {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }

    /**
     * Makes TLS sockets that present this identity, and talk to nobody but the owner of one certificate.
     *
     * @param server the certificate, in DER
     * @throws CertificateException if that is no certificate
     */
    SSLSocketFactory sockets(byte[] server) throws GeneralSecurityException {
        X509Certificate expected = parse(server);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers(), new TrustManager[] {new PinnedCertificate(expected)}, null);
        return context.getSocketFactory();
    }

    KeyManager[] keyManagers() throws GeneralSecurityException {
        // It is never written anywhere; the interface wants a password all the same.
        char[] password = new char[0];
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("plugin", keys.getPrivate(), password, new Certificate[] {parse(certificate)});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return factory.getKeyManagers();
        } catch (IOException impossible) {
            throw new GeneralSecurityException(impossible);
        }
    }

    static X509Certificate parse(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }
}
