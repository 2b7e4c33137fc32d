package dev.ringwire.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ringwire.testing.Command;
import dev.ringwire.testing.RootOnly;
import dev.ringwire.testing.VethPair;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class NetworkInterfacesTest {
    @Test
    void knowsWhatJavaKnows() throws SocketException {
        for (NetworkInterface theirs :
                NetworkInterface.networkInterfaces().filter(i -> !i.isVirtual()).toList()) {
            InterfaceInfo ours = NetworkInterfaces.find(theirs.getName()).orElseThrow();
            assertEquals(theirs.getName(), ours.name());
            assertEquals(theirs.getIndex(), ours.index());
            assertEquals(theirs.isLoopback(), ours.loopback());
            assertEquals(theirs.getInterfaceAddresses().size(), ours.addresses().size());
        }
    }

    @Test
    void hasADefaultThatIsUpWhereThereIsAny() {
        var all = NetworkInterfaces.list();
        assertEquals(
                all.stream().map(InterfaceInfo::name).sorted().toList(),
                NetworkInterfaces.names().stream().sorted().toList());
        if (all.stream().anyMatch(InterfaceInfo::up)) {
            assertTrue(NetworkInterfaces.defaultInterface().orElseThrow().up());
        }
    }

    @Test
    void namesThoseThatExistWhenAskedForAnother() {
        var e = assertThrows(NoSuchInterfaceException.class, () -> NetworkInterfaces.get("nosuch0"));
        assertEquals("nosuch0", e.interfaceName());
        for (String name : NetworkInterfaces.names()) {
            assertTrue(e.getMessage().contains(name), e::getMessage);
        }
    }

    @Test
    @RootOnly
    void seesInterfacesWithoutAddresses() throws Exception {
        try (VethPair veth = VethPair.create()) {
            InterfaceInfo with = NetworkInterfaces.get(veth.here());
            assertTrue(with.addresses().toString().contains(veth.address() + "/30"), with::toString);
            assertEquals(1500, with.mtu());
            assertTrue(with.up() && with.mac().isPresent());

            Command.run("ip", "link", "set", veth.here(), "down", "mtu", "1400");
            Command.run("ip", "addr", "flush", "dev", veth.here());
            InterfaceInfo without = NetworkInterfaces.get(veth.here());
            assertEquals(
                    new InterfaceInfo(with.name(), with.index(), false, false, 1400, with.mac(), java.util.List.of()),
                    without);
            assertTrue(NetworkInterfaces.names().contains(veth.here()));
        }
    }
}
