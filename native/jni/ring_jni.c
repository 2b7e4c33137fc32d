#include "ring.h"
#include "ringwire_jni.h"

/* Java has checked every range and owns every descriptor that it passes. */

RW_NATIVE(jint, ringOpen0)
(JNIEnv *env, jclass type, jbyteArray name, jint block_size, jint block_count, jint timeout_ms, jboolean promiscuous,
 jlongArray result)
{
    RW_UNUSED(type);
    struct rw_ring ring;
    jbyte *text = (*env)->GetByteArrayElements(env, name, NULL);
    if (text == NULL)
        return -1; /* OutOfMemoryError is pending */
    int error = rw_ring_open((const char *)text, (uint32_t)block_size, (uint32_t)block_count, (uint32_t)timeout_ms,
                             promiscuous, &ring);
    (*env)->ReleaseByteArrayElements(env, name, text, JNI_ABORT);
    jlong values[] = {ring.fd, ring.wake_fd, ring.ifindex, ring.hatype, (jlong)(uintptr_t)ring.map, ring.step};
    (*env)->SetLongArrayRegion(env, result, 0, sizeof values / sizeof *values, values);
    return error;
}

RW_NATIVE(jobject, ringBlock0)(JNIEnv *env, jclass type, jlong address, jint size)
{
    RW_UNUSED(type);
    return (*env)->NewDirectByteBuffer(env, RW_POINTER(address), size);
}

RW_NATIVE(jint, ringPoll)(JNIEnv *env, jclass type, jint fd, jint wake_fd, jlong timeout_ns)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_ring_poll(fd, wake_fd, timeout_ns);
}

RW_NATIVE(jint, ringWake)(JNIEnv *env, jclass type, jint wake_fd)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_ring_wake(wake_fd);
}

RW_NATIVE(jint, ringStatistics0)(JNIEnv *env, jclass type, jint fd, jintArray counts)
{
    RW_UNUSED(type);
    uint32_t values[3] = {0, 0, 0};
    int error = rw_ring_statistics(fd, values);
    jint copied[3] = {(jint)values[0], (jint)values[1], (jint)values[2]};
    (*env)->SetIntArrayRegion(env, counts, 0, 3, copied);
    return error;
}

RW_NATIVE(jint, ringReplace)(JNIEnv *env, jclass type, jlong address, jlong size)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_ring_replace(RW_POINTER(address), (size_t)size);
}

RW_NATIVE(jint, ringUnmap)(JNIEnv *env, jclass type, jlong address, jlong size)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_ring_unmap(RW_POINTER(address), (size_t)size);
}

RW_NATIVE(jint, ringClose)(JNIEnv *env, jclass type, jint fd, jint wake_fd)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_ring_close(fd, wake_fd);
}
