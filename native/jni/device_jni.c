#include "batch.h"
#include "interface.h"
#include "ringwire_jni.h"
#include "sender.h"
#include "tap.h"

/* Java has checked every range and owns every descriptor that it passes. */

enum { INTERFACE_VALUES = 5 };

/* A name that ends in zero; NULL with an OutOfMemoryError pending. */
static jbyte *borrow(JNIEnv *env, jbyteArray name)
{
    return (*env)->GetByteArrayElements(env, name, NULL);
}

static void give_back(JNIEnv *env, jbyteArray name, jbyte *text)
{
    (*env)->ReleaseByteArrayElements(env, name, text, JNI_ABORT);
}

static void put_interface(JNIEnv *env, jlongArray result, const struct rw_interface *found)
{
    jlong mac = 0;
    for (unsigned i = 0; i < sizeof found->mac; i++)
        mac = mac << 8 | found->mac[i];
    jlong values[INTERFACE_VALUES] = {found->ifindex, found->hatype, found->mtu, found->up, mac};
    (*env)->SetLongArrayRegion(env, result, 0, INTERFACE_VALUES, values);
}

RW_NATIVE(jint, interfaceFind0)(JNIEnv *env, jclass type, jbyteArray name, jlongArray result)
{
    RW_UNUSED(type);
    struct rw_interface found;
    jbyte *text = borrow(env, name);
    if (text == NULL)
        return -1;
    int error = rw_interface_find((const char *)text, &found);
    give_back(env, name, text);
    put_interface(env, result, &found);
    return error;
}

RW_NATIVE(jint, interfaceSetMtu0)(JNIEnv *env, jclass type, jbyteArray name, jint mtu)
{
    RW_UNUSED(type);
    jbyte *text = borrow(env, name);
    if (text == NULL)
        return -1;
    int error = rw_interface_set_mtu((const char *)text, mtu);
    give_back(env, name, text);
    return error;
}

RW_NATIVE(jint, interfaceUp0)(JNIEnv *env, jclass type, jbyteArray name)
{
    RW_UNUSED(type);
    jbyte *text = borrow(env, name);
    if (text == NULL)
        return -1;
    int error = rw_interface_up((const char *)text);
    give_back(env, name, text);
    return error;
}

RW_NATIVE(jint, senderOpen0)
(JNIEnv *env, jclass type, jbyteArray name, jboolean qdisc_bypass, jboolean virtio, jint send_buffer, jlongArray result)
{
    RW_UNUSED(type);
    struct rw_sender sender;
    jbyte *text = borrow(env, name);
    if (text == NULL)
        return -1;
    int error = rw_sender_open((const char *)text, qdisc_bypass, virtio, send_buffer, &sender);
    give_back(env, name, text);
    put_interface(env, result, &sender.interface);
    jlong values[] = {sender.fd, sender.step};
    (*env)->SetLongArrayRegion(env, result, INTERFACE_VALUES, 2, values);
    return error;
}

RW_NATIVE(jint, tapOpen0)
(JNIEnv *env, jclass type, jbyteArray name, jboolean tun, jboolean virtio, jbyteArray actual_name, jlongArray result)
{
    RW_UNUSED(type);
    struct rw_tap tap;
    jbyte *text = borrow(env, name);
    if (text == NULL)
        return -1;
    int error = rw_tap_open((const char *)text, tun, virtio, &tap);
    give_back(env, name, text);
    (*env)->SetByteArrayRegion(env, actual_name, 0, RW_TAP_NAME, (const jbyte *)tap.name);
    jlong values[] = {tap.fd, tap.wake_fd, tap.offloads, tap.step};
    (*env)->SetLongArrayRegion(env, result, 0, sizeof values / sizeof *values, values);
    return error;
}

RW_NATIVE(jint, batchSend0)
(JNIEnv *env, jclass type, jint fd, jobject memory, jint size, jint offset, jint count, jboolean virtio)
{
    RW_UNUSED(type);
    return rw_batch_send(fd, (*env)->GetDirectBufferAddress(env, memory), (size_t)size, (size_t)offset, (uint32_t)count,
                         virtio);
}

RW_NATIVE(jint, batchWrite0)
(JNIEnv *env, jclass type, jint fd, jobject memory, jint size, jint offset, jint count, jboolean virtio)
{
    RW_UNUSED(type);
    return rw_batch_write(fd, (*env)->GetDirectBufferAddress(env, memory), (size_t)size, (size_t)offset,
                          (uint32_t)count, virtio);
}

RW_NATIVE(jint, batchRead0)
(JNIEnv *env, jclass type, jint fd, jobject memory, jint size, jint count, jint longest, jboolean virtio)
{
    RW_UNUSED(type);
    return rw_batch_read(fd, (*env)->GetDirectBufferAddress(env, memory), (size_t)size, (uint32_t)count,
                         (uint32_t)longest, virtio);
}

RW_NATIVE(jint, await)(JNIEnv *env, jclass type, jint fd, jboolean for_writing, jint wake_fd, jlong timeout_ns)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_wait(fd, for_writing, wake_fd, timeout_ns);
}
