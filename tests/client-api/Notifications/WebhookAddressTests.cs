// Which addresses are anybody's on the Internet, and which are not to be reached from here.
using System.Net;
using OrleansBilling.ClientApi.Notifications;
using Shouldly;
using Xunit;

namespace OrleansBilling.ClientApiTests.Notifications;

public sealed class WebhookAddressTests
{
    [Theory]
    [InlineData("0.0.0.0"), InlineData("10.255.0.1"), InlineData("100.64.0.1"), InlineData("100.127.255.255"), InlineData("127.9.9.9"), InlineData("169.254.169.254")]
    [InlineData("172.16.0.1"), InlineData("172.31.255.255"), InlineData("192.168.1.1"), InlineData("192.0.0.8"), InlineData("192.0.2.1"), InlineData("198.18.0.1")]
    [InlineData("198.51.100.7"), InlineData("203.0.113.9"), InlineData("224.0.0.1"), InlineData("255.255.255.255"), InlineData("192.88.99.1")]
    [InlineData("::"), InlineData("::1"), InlineData("::ffff:127.0.0.1"), InlineData("64:ff9b::a9fe:a9fe"), InlineData("2002:7f00:1::"), InlineData("fd00::1")]
    [InlineData("fe80::1"), InlineData("ff02::1"), InlineData("2001:db8::1"), InlineData("2001::1"), InlineData("::127.0.0.1")]
    public void these_lie_inside(string address) => WebhookAddress.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1"), InlineData("100.63.255.255"), InlineData("100.128.0.1"), InlineData("172.15.0.1"), InlineData("172.32.0.1"), InlineData("198.20.0.1")]
    [InlineData("223.255.255.254"), InlineData("2606:4700::1111"), InlineData("::ffff:1.1.1.1"), InlineData("64:ff9b::101:101"), InlineData("2002:101:101::")]
    public void these_are_anybodys(string address) => WebhookAddress.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();
}
