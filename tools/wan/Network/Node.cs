using System.Globalization;
using System.Net;
using Wan.Forwarding;

namespace Wan.Network;

/// <summary>
/// One node of a WAN: a namespace with a loopback interface and a TUN device that is its only way out. All of it is held by
/// descriptors of this process and by nothing else.
/// </summary>
internal sealed class Node : IDisposable
{
    public const string DeviceName = "wan0";

    /// <summary>
    /// What the device holds between two reads. Ample, since a packet lost there is lost before the path's own queue sees it:
    /// a stall of 10 ms at a gigabit is 850 packets, and a sender may hand over a whole window at once.
    /// </summary>
    private const int TransmitQueuePackets = 20_000;

    private const string Loopback = "lo";

    private readonly NetworkNamespace _namespace;
    private readonly TunDevice _device;
    private readonly DeviceCounters _counters;

    private Node(int number, NetworkNamespace home, TunDevice device, DeviceCounters counters) =>
        (Number, _namespace, _device, _counters) = (number, home, device, counters);

    public int Number { get; }

    public int NamespaceDescriptor => _namespace.Descriptor;

    public int DeviceDescriptor => _device.Descriptor;

    /// <summary>Packets that were lost before they could be read.</summary>
    public long DroppedByDevice => _counters.TransmitDropped();

    public static Node Create(int number, int mtuBytes)
    {
        TunDevice? device = null;
        DeviceCounters? counters = null;
        NetworkNamespace home = NetworkNamespace.Create(() =>
        {
            device = TunDevice.Open(DeviceName);
            Configure(number, mtuBytes);
            counters = DeviceCounters.Open(DeviceName);
        });
        return new Node(number, home, device!, counters!);
    }

    public void Dispose()
    {
        _counters.Dispose();
        _device.Dispose();
        _namespace.Dispose();
    }

    private static void Configure(int number, int mtuBytes)
    {
        using var settings = new InterfaceSettings();
        settings.BringUp(Loopback);
        settings.Mtu(DeviceName, mtuBytes);
        settings.TransmitQueue(DeviceName, TransmitQueuePackets);
        settings.AddressV4(DeviceName, AddressPlan.V4(number), AddressPlan.PrefixBitsV4);
        bool speaksV6 = Quieten();
        settings.BringUp(DeviceName);
        if (speaksV6)
        {
            IPAddress address = AddressPlan.V6(number);
            settings.AddressV6(DeviceName, address, AddressPlan.PrefixBitsV6);
        }
    }

    /// <summary>
    /// Keeps IPv6 from talking by itself on a link where only measurements should: no link-local address, no search for routers
    /// or for neighbours with the same address. False where the kernel has no IPv6.
    /// </summary>
    private static bool Quieten()
    {
        string directory = $"/proc/sys/net/ipv6/conf/{DeviceName}";
        if (!Directory.Exists(directory))
        {
            return false;
        }

        const int noAddressOfItsOwn = 1;
        Write("addr_gen_mode", noAddressOfItsOwn);
        Write("accept_ra", 0);
        Write("autoconf", 0);
        Write("router_solicitations", 0);
        Write("accept_dad", 0);
        Write("dad_transmits", 0);
        return true;

        void Write(string key, int value) =>
            File.WriteAllText($"{directory}/{key}", value.ToString(CultureInfo.InvariantCulture));
    }
}
