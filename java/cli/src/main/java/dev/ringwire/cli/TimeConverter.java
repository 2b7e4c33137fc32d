package dev.ringwire.cli;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A point in time the way people and other tools write it. */
final class TimeConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        if (text.matches("[+-]?\\d{1,12}(\\.\\d{1,9})?")) {
            BigDecimal nanos = new BigDecimal(text).movePointRight(9);
            BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
            return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
        }
        try {
            String iso = text.trim().replace(' ', 'T');
            if (iso.indexOf('T') < 0) {
                return LocalDate.parse(iso).atStartOfDay(ZoneId.systemDefault()).toInstant();
            }
            return iso.matches(".*(Z|[+-]\\d\\d(:?\\d\\d)?)")
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException("\"" + text + "\" is no time; write 2024-05-01T12:00:00Z,"
                    + " 2024-05-01T12:00:00 (local time) or seconds since 1970 such as 1714564800.25");
        }
    }
}
