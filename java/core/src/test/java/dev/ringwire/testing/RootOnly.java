package dev.ringwire.testing;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that opens raw sockets or creates network interfaces. It is skipped for an ordinary user, unless
 * {@code -Dringwire.root.required=true} asks that a missing privilege be a failure.
 */
@Tag("root")
@ExtendWith(RootOnly.Condition.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface RootOnly {
    /** Decides by the effective user id, read without native code. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (Boolean.getBoolean("ringwire.root.required")) {
                return ConditionEvaluationResult.enabled("ringwire.root.required is set");
            }
            return effectiveUserIsRoot()
                    ? ConditionEvaluationResult.enabled("running as root")
                    : ConditionEvaluationResult.disabled(
                            "needs root; -Dringwire.root.required=true makes this a failure");
        }

        private static boolean effectiveUserIsRoot() {
            // "Uid: real effective saved filesystem"
            try (var lines = Files.lines(Path.of("/proc/self/status"))) {
                return lines.filter(line -> line.startsWith("Uid:"))
                        .anyMatch(line -> line.split("\\s+")[2].equals("0"));
            } catch (IOException noProcFilesystem) {
                return false;
            }
        }
    }
}
