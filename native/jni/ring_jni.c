#include "ring.h"
#include "ringwire_jni.h"

/* Java has checked every range and owns every descriptor that it passes. */

RW_NATIVE(jint, ringOpen0)
(JNIEnv *env, jclass type, jbyteArray name, jintArray settings, jlongArray filter, jlongArray result)
{
    RW_UNUSED(type);
    enum { BLOCK_SIZE, BLOCK_COUNT, TIMEOUT, PROMISCUOUS, IGNORE_OUTGOING, RX_HASH, HARDWARE, BUSY_POLL, JOIN, FANOUT, SIZE };
    char text[RW_RING_NAME] = "";
    jint values[SIZE];
    uint64_t program[RW_RING_LONGEST_FILTER];
    (*env)->GetByteArrayRegion(env, name, 0, (*env)->GetArrayLength(env, name), (jbyte *)text);
    (*env)->GetIntArrayRegion(env, settings, 0, SIZE, values);
    struct rw_ring_options options = {
        .block_size = (uint32_t)values[BLOCK_SIZE],
        .block_count = (uint32_t)values[BLOCK_COUNT],
        .timeout_ms = (uint32_t)values[TIMEOUT],
        .promiscuous = values[PROMISCUOUS],
        .ignore_outgoing = values[IGNORE_OUTGOING],
        .rx_hash = values[RX_HASH],
        .hardware_timestamps = values[HARDWARE],
        .busy_poll_us = (uint32_t)values[BUSY_POLL],
        .join_fanout = values[JOIN],
        .fanout = (uint32_t)values[FANOUT],
    };
    if (filter != NULL) {
        options.filter_length = (uint32_t)(*env)->GetArrayLength(env, filter);
        options.filter = program;
        (*env)->GetLongArrayRegion(env, filter, 0, (jsize)options.filter_length, (jlong *)program);
    }
    struct rw_ring ring;
    int error = rw_ring_open(text, &options, &ring);
    jlong values_out[] = {ring.fd,   ring.wake_fd,          ring.ifindex,      ring.hatype, (jlong)(uintptr_t)ring.map,
                          ring.step, ring.ignores_outgoing, ring.fanout_group};
    (*env)->SetLongArrayRegion(env, result, 0, sizeof values_out / sizeof *values_out, values_out);
    return error;
}

RW_NATIVE(jint, ringRebind0)(JNIEnv *env, jclass type, jint fd, jbyteArray name, jboolean promiscuous)
{
    RW_UNUSED(type);
    char text[RW_RING_NAME] = "";
    (*env)->GetByteArrayRegion(env, name, 0, (*env)->GetArrayLength(env, name), (jbyte *)text);
    return rw_ring_rebind(fd, text, promiscuous);
}

RW_NATIVE(jobject, ringBlock0)(JNIEnv *env, jclass type, jlong address, jint size)
{
    RW_UNUSED(type);
    return (*env)->NewDirectByteBuffer(env, RW_POINTER(address), size);
}

RW_NATIVE(jint, ringPoll0)(JNIEnv *env, jclass type, jintArray waits, jint count, jlong timeout_ns)
{
    RW_UNUSED(type);
    /* The array is three numbers a ring, as the struct. */
    struct rw_ring_wait copy[RW_RING_MOST];
    (*env)->GetIntArrayRegion(env, waits, 0, 3 * count, (jint *)copy);
    int error = rw_ring_poll(copy, count, timeout_ns);
    (*env)->SetIntArrayRegion(env, waits, 0, 3 * count, (jint *)copy);
    return error;
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
