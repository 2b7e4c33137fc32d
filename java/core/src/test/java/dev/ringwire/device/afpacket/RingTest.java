package dev.ringwire.device.afpacket;

import dev.ringwire.natives.NativeLibrary;
import dev.ringwire.testing.RootOnly;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that opens rings: as root, and with the native library, which {@code require} makes a must. */
@RootOnly
@Tag("ring")
@ExtendWith(RingTest.Condition.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RingTest {
    /** Skips where there is no native library and none is required. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return NativeLibrary.isLoaded()
                    ? ConditionEvaluationResult.enabled("native library loaded")
                    : ConditionEvaluationResult.disabled(NativeLibrary.status().reason());
        }
    }
}
