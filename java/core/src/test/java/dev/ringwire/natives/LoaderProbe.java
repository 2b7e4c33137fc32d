package dev.ringwire.natives;

/** Main class of a second JVM: prints what the loader says there. A library cannot be unloaded from this one. */
public final class LoaderProbe {
    private LoaderProbe() {}

    public static void main(String[] args) {
        NativeLibrary.Status status = NativeLibrary.status();
        System.out.println("loaded=" + status.loaded());
        System.out.println("reason=" + status.reason());
        System.out.println("path=" + status.path());
        System.out.println("build=" + status.buildInfo());
        try {
            System.out.println("isLoaded=" + NativeLibrary.isLoaded());
        } catch (IllegalStateException e) {
            System.out.println("isLoaded threw " + e.getMessage());
        }
        if (status.loaded()) {
            System.out.println("sum=" + Natives.checksumArray(new byte[] {1, 2, 3}, 0, 3, 0));
        }
    }
}
