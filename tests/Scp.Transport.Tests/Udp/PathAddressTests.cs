using System.Net;
using Scp.Transport.Udp;

namespace Scp.Transport.Tests.Udp;

public sealed class PathAddressTests
{
    [TestCase("127.0.0.1:9")]
    [TestCase("255.254.253.252:65535")]
    [TestCase("[::1]:1")]
    [TestCase("[2001:db8::1]:4711")]
    [TestCase("[fe80::1%7]:4711")]
    public void Comes_back_as_it_was(string text)
    {
        IPEndPoint endPoint = IPEndPoint.Parse(text);
        Assert.That(PathAddress.ToEndPoint(PathAddress.ToPath(endPoint)), Is.EqualTo(endPoint));
    }

    [Test]
    public void An_address_and_its_mapped_form_are_one_path() =>
        Assert.That(
            PathAddress.ToPath(IPEndPoint.Parse("[::ffff:10.1.2.3]:77")),
            Is.EqualTo(PathAddress.ToPath(IPEndPoint.Parse("10.1.2.3:77"))));
}
