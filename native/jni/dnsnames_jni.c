#include "dnsnames.h"
#include "ringwire_jni.h"

/* The table is laid out as NameTable.java says: two ints, padding to 16 bytes, the entries, the bytes. */
RW_NATIVE(jint, dnsNames0)
(JNIEnv *env, jclass type, jlong message, jint length, jlong table, jint max_names, jint capacity)
{
    RW_UNUSED(env);
    RW_UNUSED(type);
    int32_t *where = RW_POINTER(table);
    struct rw_dns_name *names = RW_POINTER(table + 16);
    return rw_dns_names(RW_POINTER(message), (size_t)length, names, max_names, (unsigned char *)(names + max_names),
                        capacity, where);
}
