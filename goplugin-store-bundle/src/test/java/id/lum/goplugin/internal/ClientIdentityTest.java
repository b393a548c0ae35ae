package id.lum.goplugin.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientIdentityTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:34:56Z");

    private static X509Certificate read(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void theCertificateIsReadByTheJdkAndSignedWithItsOwnKey() throws Exception {
        X509Certificate certificate = read(ClientIdentity.create(NOW).pem());
        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity(Date.from(NOW));
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=localhost");
        assertThat(certificate.getIssuerX500Principal()).isEqualTo(certificate.getSubjectX500Principal());
        assertThat(certificate.getSerialNumber().signum()).isPositive();
    }

    @Test
    void theCertificateIsForEitherEndOfAConnectionAndForLocalhost() throws Exception {
        X509Certificate certificate = read(ClientIdentity.create(NOW).pem());
        assertThat(certificate.getBasicConstraints()).isNotNegative();
        assertThat(certificate.getKeyUsage())
                .containsExactly(true, false, true, false, true, true, false, false, false);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1");
        assertThat(List.copyOf(certificate.getSubjectAlternativeNames())).isEqualTo(List.of(List.of(2, "localhost")));
    }

    @Test
    void timesFrom2050OnAreWrittenWithFourDigitsOfTheYear() throws Exception {
        X509Certificate certificate = read(
                ClientIdentity.create(Instant.parse("2049-06-01T00:00:00Z")).pem());
        assertThat(certificate.getNotBefore()).isEqualTo("2049-05-31T23:00:00Z");
        assertThat(certificate.getNotAfter()).isEqualTo("2059-05-30T00:00:00Z");
    }

    @Test
    void twoIdentitiesHaveNothingInCommon() throws Exception {
        X509Certificate one = read(ClientIdentity.create(NOW).pem());
        X509Certificate other = read(ClientIdentity.create(NOW).pem());
        assertThat(one.getSerialNumber()).isNotEqualTo(other.getSerialNumber());
        assertThat(one.getPublicKey()).isNotEqualTo(other.getPublicKey());
    }

    @Test
    void onlyTheExpectedCertificateIsTrustedAndNoClient() throws Exception {
        X509Certificate expected = read(ClientIdentity.create(Instant.now()).pem());
        X509Certificate another = read(ClientIdentity.create(Instant.now()).pem());
        PinnedCertificate pinned = new PinnedCertificate(expected);
        pinned.checkServerTrusted(new X509Certificate[] {expected}, "EC");
        assertThatThrownBy(() -> pinned.checkServerTrusted(new X509Certificate[] {another}, "EC"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> pinned.checkServerTrusted(new X509Certificate[0], "EC"))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> pinned.checkClientTrusted(new X509Certificate[] {expected}, "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void lengthsAndNumbersOfManyBytesAreWrittenAsDerHasThem() {
        assertThat(DerWriter.octets(new byte[200])).startsWith(0x04, 0x81, 200).hasSize(203);
        assertThat(DerWriter.octets(new byte[300]))
                .startsWith(0x04, 0x82, 1, 44)
                .hasSize(304);
        assertThat(DerWriter.objectIdentifier("1.2.840.10045.4.3.2"))
                .containsExactly(0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2);
    }
}
