import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.invoke.LambdaMetafactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.GeneratorAdapter;
import org.objectweb.asm.commons.Method;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Run by the build: makes of the runnable jar's classes what a class-data archive can store ready to run. Java links
 * every lambda expression anew in each process, which takes 0.3 ms, ten times as long as to load a class from an
 * archive: each becomes a class. And classes of Java 5 are verified anew in each process: they get stack map frames.
 * Last, picocli would look at the annotations of a command in each process: what it finds is put in as text.
 */
final class Prelink {
    private static final int OLDEST_STORED = Opcodes.V1_6;
    private static final String BOOTSTRAP = Type.getInternalName(LambdaMetafactory.class);
    private static final String FACTORY = "of";
    private static final Type MAIN = Type.getObjectType("dev/ringwire/cli/Main");

    private final ClassLoader loader;
    private final Map<String, ClassNode> classes = new LinkedHashMap<>();

    private Prelink(ClassLoader loader) {
        this.loader = loader;
    }

    /** Takes the jar and the name of the one to write. */
    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        Path out = Path.of(args[1]);
        try (var in = new JarFile(args[0]);
                var loader = new URLClassLoader(
                        new URL[] {Path.of(args[0]).toUri().toURL()}, ClassLoader.getPlatformClassLoader());
                var zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(out)))) {
            new Prelink(loader).run(in, zip);
        }
    }

    private void run(JarFile in, ZipOutputStream out) throws IOException, ReflectiveOperationException {
        List<ZipEntry> entries = in.stream().<ZipEntry>map(e -> e).toList();
        for (ZipEntry entry : entries) {
            if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/")) {
                read(in.getInputStream(entry).readAllBytes());
            }
        }
        for (ClassNode node : List.copyOf(classes.values())) {
            node.methods.forEach(method -> replaceLambdas(node, method));
        }
        putNotes();
        for (ZipEntry entry : entries) {
            ClassNode node = classes.remove(entry.getName().replaceFirst("\\.class$", ""));
            write(out, entry.getName(), entry, node == null ? in.getInputStream(entry).readAllBytes() : bytes(node));
        }
        ZipEntry last = entries.get(entries.size() - 1);
        for (ClassNode node : classes.values()) {
            write(out, node.name + ".class", last, bytes(node));
        }
    }

    private static void write(ZipOutputStream out, String name, ZipEntry like, byte[] bytes) throws IOException {
        var entry = new ZipEntry(name);
        entry.setTime(like.getTime());
        out.putNextEntry(entry);
        out.write(bytes);
        out.closeEntry();
    }

    private void read(byte[] bytes) {
        var node = new ClassNode();
        new ClassReader(bytes).accept(node, 0);
        classes.put(node.name, node);
    }

    private byte[] bytes(ClassNode node) {
        boolean old = node.version < OLDEST_STORED;
        if (old) {
            node.version = OLDEST_STORED;
        }
        var writer = new ClassWriter(old ? ClassWriter.COMPUTE_FRAMES : ClassWriter.COMPUTE_MAXS) {
            @Override
            protected ClassLoader getClassLoader() {
                return loader;
            }
        };
        node.accept(writer);
        return writer.toByteArray();
    }

    /** Makes Main.notes give what Main.takeNotes gives now. */
    private void putNotes() throws ReflectiveOperationException {
        var take = loader.loadClass(MAIN.getClassName()).getDeclaredMethod("takeNotes");
        take.setAccessible(true);
        var notes = (Map<?, ?>) take.invoke(null);
        Method method = Method.getMethod("String notes(String)");
        ClassNode main = classes.get(MAIN.getInternalName());
        main.methods.removeIf(m -> m.name.equals(method.getName()) && m.desc.equals(method.getDescriptor()));
        GeneratorAdapter code = code(main, Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, method);
        notes.forEach((command, text) -> {
            Label next = code.newLabel();
            code.loadArg(0);
            code.push((String) command);
            code.invokeVirtual(Type.getType(Object.class), Method.getMethod("boolean equals(Object)"));
            code.ifZCmp(GeneratorAdapter.EQ, next);
            code.push((String) text);
            code.returnValue();
            code.mark(next);
            code.visitFrame(Opcodes.F_NEW, 1, new Object[] {"java/lang/String"}, 0, null);
        });
        code.visitInsn(Opcodes.ACONST_NULL);
        end(code);
    }

    private void replaceLambdas(ClassNode host, MethodNode method) {
        for (AbstractInsnNode instruction : method.instructions.toArray()) {
            if (instruction instanceof InvokeDynamicInsnNode lambda
                    && lambda.bsm.getOwner().equals(BOOTSTRAP)
                    && lambda.bsm.getName().equals("metafactory")) {
                String name = addClass(host, lambda);
                method.instructions.set(
                        lambda, new MethodInsnNode(Opcodes.INVOKESTATIC, name, FACTORY, lambda.desc, false));
            }
        }
    }

    /** A class that does what the lambda expression does, with a method that makes one; its name. */
    private String addClass(ClassNode host, InvokeDynamicInsnNode lambda) {
        Type[] captured = Type.getArgumentTypes(lambda.desc);
        Type made = Type.getReturnType(lambda.desc);
        ClassNode nest = host.nestHostClass == null ? host : classes.get(host.nestHostClass);
        if (nest.nestMembers == null) {
            nest.nestMembers = new ArrayList<>();
        }
        var node = new ClassNode();
        node.visit(
                host.version,
                Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                nest.name + "$$Lambda$" + nest.nestMembers.size(),
                null,
                "java/lang/Object",
                new String[] {made.getInternalName()});
        node.nestHostClass = nest.name;
        nest.nestMembers.add(node.name);
        classes.put(node.name, node);

        Type self = Type.getObjectType(node.name);
        var init = new Method("<init>", Type.getMethodDescriptor(Type.VOID_TYPE, captured));
        GeneratorAdapter code = code(node, Opcodes.ACC_PRIVATE, init);
        code.loadThis();
        code.invokeConstructor(Type.getType(Object.class), Method.getMethod("void <init>()"));
        for (int i = 0; i < captured.length; i++) {
            node.visitField(
                    Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, "c" + i, captured[i].getDescriptor(), null, null);
            code.loadThis();
            code.loadArg(i);
            code.putField(self, "c" + i, captured[i]);
        }
        end(code);

        code = code(node, Opcodes.ACC_STATIC, new Method(FACTORY, lambda.desc));
        if (captured.length == 0) {
            // The same object every time, as the lambda expression gives.
            node.visitField(Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, "THE", made.getDescriptor(), null, null);
            code.getStatic(self, "THE", made);
            end(code);
            code = code(node, Opcodes.ACC_STATIC, Method.getMethod("void <clinit>()"));
        }
        code.newInstance(self);
        code.dup();
        code.loadArgs();
        code.invokeConstructor(self, init);
        if (captured.length == 0) {
            code.putStatic(self, "THE", made);
        }
        end(code);

        var erased = (Type) lambda.bsmArgs[0];
        code = code(node, Opcodes.ACC_PUBLIC, new Method(lambda.name, erased.getDescriptor()));
        call(code, self, captured, erased, (Handle) lambda.bsmArgs[1], (Type) lambda.bsmArgs[2]);
        end(code);
        return node.name;
    }

    private static GeneratorAdapter code(ClassNode node, int access, Method method) {
        return new GeneratorAdapter(access, method, null, null, node);
    }

    private static void end(GeneratorAdapter code) {
        code.returnValue();
        code.endMethod();
    }

    /** The captured values, then the arguments, are what the method takes, or its receiver and then what it takes. */
    private static void call(
            GeneratorAdapter code, Type self, Type[] captured, Type erased, Handle method, Type meant) {
        int tag = method.getTag();
        Type owner = Type.getObjectType(method.getOwner());
        var takes = new ArrayList<Type>();
        if (tag == Opcodes.H_NEWINVOKESPECIAL) {
            code.newInstance(owner);
            code.dup();
        } else if (tag != Opcodes.H_INVOKESTATIC) {
            takes.add(owner);
        }
        takes.addAll(List.of(Type.getArgumentTypes(method.getDesc())));
        for (int i = 0; i < captured.length; i++) {
            code.loadThis();
            code.getField(self, "c" + i, captured[i]);
        }
        for (int i = 0; i < erased.getArgumentTypes().length; i++) {
            code.loadArg(i);
            convert(code, erased.getArgumentTypes()[i], meant.getArgumentTypes()[i]);
            convert(code, meant.getArgumentTypes()[i], takes.get(captured.length + i));
        }
        Type gives = tag == Opcodes.H_NEWINVOKESPECIAL ? owner : Type.getReturnType(method.getDesc());
        // Members of a nest call each other's private methods like any others.
        int opcode = switch (tag) {
            case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
            case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.INVOKESPECIAL;
            default -> method.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
        };
        code.visitMethodInsn(opcode, method.getOwner(), method.getName(), method.getDesc(), method.isInterface());
        if (erased.getReturnType() != Type.VOID_TYPE) {
            convert(code, gives, meant.getReturnType());
        } else if (gives.getSize() == 2) {
            code.pop2();
        } else if (gives != Type.VOID_TYPE) {
            code.pop();
        }
    }

    private static void convert(GeneratorAdapter code, Type from, Type to) {
        if (primitive(from) && primitive(to)) {
            code.cast(from, to);
        } else if (primitive(from)) {
            code.valueOf(from);
        } else if (primitive(to)) {
            code.unbox(to);
        } else if (!from.equals(to)) {
            code.checkCast(to);
        }
    }

    private static boolean primitive(Type type) {
        return type.getSort() < Type.ARRAY;
    }
}
