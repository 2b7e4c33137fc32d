/** Questions to captures by field name: rows of values out of any source of frames. */
package dev.ringwire.query;
