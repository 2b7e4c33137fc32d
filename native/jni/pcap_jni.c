#include "pcap.h"
#include "ringwire_jni.h"

#include <string.h>

/* Java has checked every range and owns every handle that it passes. */

_Static_assert(dev_ringwire_natives_Natives_PCAP_ERROR == RW_PCAP_ERROR, "room for an error");

/* Hands an error, which is empty unless there was one, to Java; a result that is an OutOfMemoryError is pending there. */
static int with_error(JNIEnv *env, jbyteArray to, const char *error, int result)
{
    if (result < 0)
        (*env)->SetByteArrayRegion(env, to, 0, (jsize)strlen(error) + 1, (const jbyte *)error);
    return result;
}

static struct rw_pcap *handle_of(jlong handle)
{
    return RW_POINTER(handle);
}

RW_NATIVE(jint, pcapVersion0)(JNIEnv *env, jclass type, jbyteArray text)
{
    RW_UNUSED(type);
    char version[RW_PCAP_ERROR] = "", error[RW_PCAP_ERROR] = "";
    int result = rw_pcap_version(version, sizeof version, error);
    const char *said = result < 0 ? error : version;
    (*env)->SetByteArrayRegion(env, text, 0, (jsize)strlen(said) + 1, (const jbyte *)said);
    return result;
}

RW_NATIVE(jint, pcapCompile0)
(JNIEnv *env, jclass type, jbyteArray expression, jint link_type, jint snaplen, jboolean optimize,
 jboolean other_order, jbyteArray interface, jlongArray instructions, jbyteArray error_text)
{
    RW_UNUSED(type);
    char error[RW_PCAP_ERROR] = "";
    int result = -1; /* unless set, an OutOfMemoryError is pending */
    jbyte *text = (*env)->GetByteArrayElements(env, expression, NULL);
    jbyte *name = interface == NULL ? NULL : (*env)->GetByteArrayElements(env, interface, NULL);
    jlong *program = (*env)->GetLongArrayElements(env, instructions, NULL);
    if (text != NULL && program != NULL && (interface == NULL || name != NULL))
        result = rw_pcap_compile((const char *)text, link_type, snaplen,
                                 (optimize ? RW_PCAP_OPTIMIZE : 0) | (other_order ? RW_PCAP_OTHER_ORDER : 0),
                                 (const char *)name, (uint64_t *)program,
                                 (size_t)(*env)->GetArrayLength(env, instructions), error);
    if (text != NULL)
        (*env)->ReleaseByteArrayElements(env, expression, text, JNI_ABORT);
    if (name != NULL)
        (*env)->ReleaseByteArrayElements(env, interface, name, JNI_ABORT);
    if (program != NULL)
        (*env)->ReleaseLongArrayElements(env, instructions, program, 0);
    return (*env)->ExceptionCheck(env) ? -1 : with_error(env, error_text, error, result);
}

RW_NATIVE(jint, pcapInterfaces0)(JNIEnv *env, jclass type, jbyteArray text, jbyteArray error_text)
{
    RW_UNUSED(type);
    char error[RW_PCAP_ERROR] = "";
    jbyte *to = (*env)->GetByteArrayElements(env, text, NULL);
    if (to == NULL)
        return -1;
    int result = rw_pcap_interfaces((char *)to, (size_t)(*env)->GetArrayLength(env, text), error);
    (*env)->ReleaseByteArrayElements(env, text, to, 0);
    return with_error(env, error_text, error, result);
}

RW_NATIVE(jint, pcapOpen0)
(JNIEnv *env, jclass type, jbyteArray interface, jint snaplen, jboolean promiscuous, jint timeout_ms,
 jboolean immediate, jint buffer_size, jlongArray result, jbyteArray error_text)
{
    RW_UNUSED(type);
    char error[RW_PCAP_ERROR] = "";
    struct rw_pcap_settings settings = {snaplen, promiscuous, timeout_ms, immediate, buffer_size};
    struct rw_pcap *opened = NULL;
    jbyte *name = (*env)->GetByteArrayElements(env, interface, NULL);
    if (name == NULL)
        return -1;
    int status = rw_pcap_open((const char *)name, &settings, &opened, error);
    (*env)->ReleaseByteArrayElements(env, interface, name, JNI_ABORT);
    if (status == 0) {
        jlong values[] = {(jlong)(uintptr_t)opened, rw_pcap_link_type(opened)};
        (*env)->SetLongArrayRegion(env, result, 0, 2, values);
    }
    return with_error(env, error_text, error, status);
}

RW_NATIVE(jint, pcapSetFilter0)
(JNIEnv *env, jclass type, jlong handle, jlongArray instructions, jbyteArray error_text)
{
    RW_UNUSED(type);
    char error[RW_PCAP_ERROR] = "";
    jlong *program = (*env)->GetLongArrayElements(env, instructions, NULL);
    if (program == NULL)
        return -1;
    int result = rw_pcap_set_filter(handle_of(handle), (const uint64_t *)program,
                                    (size_t)(*env)->GetArrayLength(env, instructions), error);
    (*env)->ReleaseLongArrayElements(env, instructions, program, JNI_ABORT);
    return with_error(env, error_text, error, result);
}

RW_NATIVE(jlong, pcapLongest)(JNIEnv *env, jclass type, jint snaplen)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return (jlong)rw_pcap_longest(snaplen);
}

RW_NATIVE(jint, pcapRead0)
(JNIEnv *env, jclass type, jlong handle, jobject batch, jint room, jbyteArray error_text)
{
    RW_UNUSED(type);
    char error[RW_PCAP_ERROR] = "";
    void *to = (*env)->GetDirectBufferAddress(env, batch);
    return with_error(env, error_text, error, rw_pcap_read(handle_of(handle), to, (size_t)room, error));
}

RW_NATIVE(jint, pcapSend0)
(JNIEnv *env, jclass type, jlong handle, jobject batch, jint length, jintArray sent, jbyteArray error_text)
{
    RW_UNUSED(type);
    char error[RW_PCAP_ERROR] = "";
    size_t done = 0;
    const void *from = (*env)->GetDirectBufferAddress(env, batch);
    int result = rw_pcap_send(handle_of(handle), from, (size_t)length, &done, error);
    jint copied = (jint)done;
    (*env)->SetIntArrayRegion(env, sent, 0, 1, &copied);
    return with_error(env, error_text, error, result);
}

RW_NATIVE(jint, pcapStatistics0)(JNIEnv *env, jclass type, jlong handle, jintArray counts, jbyteArray error_text)
{
    RW_UNUSED(type);
    char error[RW_PCAP_ERROR] = "";
    uint32_t values[3] = {0, 0, 0};
    int result = rw_pcap_statistics(handle_of(handle), values, error);
    jint copied[3] = {(jint)values[0], (jint)values[1], (jint)values[2]};
    (*env)->SetIntArrayRegion(env, counts, 0, 3, copied);
    return with_error(env, error_text, error, result);
}

RW_NATIVE(jint, pcapPoll0)(JNIEnv *env, jclass type, jlong handle, jlong timeout_ns)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_pcap_poll(handle_of(handle), timeout_ns);
}

RW_NATIVE(jint, pcapWake0)(JNIEnv *env, jclass type, jlong handle)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    return rw_pcap_wake(handle_of(handle));
}

RW_NATIVE(void, pcapClose0)(JNIEnv *env, jclass type, jlong handle)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    rw_pcap_close(handle_of(handle));
}
