package id.lum.support.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Writes plain values as JSON in UTF-8. Thread-safe. */
public final class JsonWriter {
    private final JsonFactory json = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build();

    /**
     * Writes an object.
     *
     * @param members what it holds: text, numbers ({@link JsonNumber} as it is written), truth values, null
     *     ({@link JsonNull} too), lists and maps with text keys
     * @return the document
     * @throws IllegalArgumentException if a text holds an unpaired surrogate, or a value is none that JSON has; the
     *     message quotes nothing
     */
    public byte[] object(Map<?, ?> members) {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        try (JsonGenerator generator = json.createGenerator(document)) {
            write(generator, members);
        } catch (IOException unwritable) {
            throw new IllegalArgumentException("The values are nested too deeply.");
        }
        return document.toByteArray();
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> member : map.entrySet()) {
                generator.writeFieldName(wellFormed((String) member.getKey()));
                write(generator, member.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (Object element : list) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else if (value instanceof String text) {
            generator.writeString(wellFormed(text));
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value instanceof Number number) {
            generator.writeNumber(decimal(number));
        } else if (value instanceof JsonNumber number) {
            generator.writeNumber(number.digits());
        } else if (value == null || value == JsonNull.NULL) {
            generator.writeNull();
        } else {
            throw new IllegalArgumentException("A " + value.getClass().getName() + " is no JSON value.");
        }
    }

    private static String wellFormed(String text) {
        return JsonReader.text(text)
                .orElseThrow(() -> new IllegalArgumentException("A text holds an unpaired surrogate."));
    }

    /** Each kind of number prints itself exactly. */
    private static BigDecimal decimal(Number number) {
        try {
            return new BigDecimal(number.toString());
        } catch (NumberFormatException notFinite) {
            throw new IllegalArgumentException("A number is not finite.");
        }
    }
}
