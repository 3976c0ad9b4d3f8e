using System.Net;
using Wan.Forwarding;

namespace Wan.Tests.Forwarding;

public sealed class AddressPlanTests
{
    [Test]
    public void Every_node_is_found_by_both_of_its_addresses([Range(1, AddressPlan.MaxNodes)] int node)
    {
        Assert.That(AddressPlan.DestinationOf(Packets.To(AddressPlan.V4(node))), Is.EqualTo(node));
        Assert.That(AddressPlan.DestinationOf(Packets.To(AddressPlan.V6(node))), Is.EqualTo(node));
    }

    [TestCase("10.77.0.0")]
    [TestCase("10.77.0.9")]
    [TestCase("10.77.0.255")]
    [TestCase("10.77.1.1")]
    [TestCase("10.78.0.1")]
    [TestCase("224.0.0.22")]
    [TestCase("255.255.255.255")]
    [TestCase("fd77::")]
    [TestCase("fd77::1:1")]
    [TestCase("fd78::1")]
    [TestCase("ff02::16")]
    [TestCase("fe80::1")]
    public void Others_are_not(string address) =>
        Assert.That(AddressPlan.DestinationOf(Packets.To(IPAddress.Parse(address))), Is.EqualTo(AddressPlan.NoNode));

    [Property(MaxTest = 1000)]
    public void Garbage_is_for_nobody_or_has_the_address_in_it(byte[] packet)
    {
        int node = AddressPlan.DestinationOf(packet);
        if (node == AddressPlan.NoNode)
        {
            return;
        }

        byte[] address = packet[0] >> 4 == 4 ? packet[16..20] : packet[24..40];
        Assert.That(new IPAddress(address), Is.AnyOf(AddressPlan.V4(node), AddressPlan.V6(node)));
    }

    [Test]
    public void A_header_cut_short_is_for_nobody([Values] bool v6)
    {
        byte[] packet = Packets.To(v6 ? AddressPlan.V6(2) : AddressPlan.V4(2), payloadBytes: 0);
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.That(AddressPlan.DestinationOf(packet.AsSpan(0, length)), Is.EqualTo(AddressPlan.NoNode));
        }

        Assert.That(AddressPlan.DestinationOf(packet), Is.EqualTo(2));
    }
}
