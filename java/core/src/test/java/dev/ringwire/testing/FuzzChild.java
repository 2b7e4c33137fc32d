package dev.ringwire.testing;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;

/**
 * What Jazzer calls in the JVM that {@link Fuzzer} starts. A thread runs the test's method up to its call of
 * {@link Fuzzer#run}, which hands over the target and stays there, so that what the test opened stays open.
 */
public final class FuzzChild {
    static final String TEST = "ringwire.fuzz.test";

    private static final CompletableFuture<Fuzzer.Target> TARGET = new CompletableFuture<>();

    private FuzzChild() {}

    static boolean isHere() {
        return System.getProperty(TEST) != null;
    }

    static void serve(Fuzzer.Target target) {
        TARGET.complete(target);
        try {
            Thread.currentThread().join();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Called by Jazzer once. */
    public static void fuzzerInitialize() throws ReflectiveOperationException {
        String[] test = System.getProperty(TEST).split("#");
        Class<?> type = Class.forName(test[0]);
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Method method = type.getDeclaredMethod(test[1]);
        method.setAccessible(true);
        Object instance = constructor.newInstance();
        Thread thread = new Thread(
                () -> {
                    try {
                        method.invoke(instance);
                        TARGET.completeExceptionally(new IllegalStateException(TEST + ": it never ran the fuzzer"));
                    } catch (ReflectiveOperationException e) {
                        TARGET.completeExceptionally(e);
                    }
                },
                "fuzz test");
        thread.setDaemon(true);
        thread.start();
    }

    /** Called by Jazzer with every input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        TARGET.get().run(input);
    }
}
