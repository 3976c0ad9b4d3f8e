namespace Wan.Network;

/// <summary>
/// A network interface whose packets this process reads and writes, one a call, as bare IP. It belongs to the namespace in
/// which it was opened and is gone when its descriptor is closed.
/// </summary>
internal sealed unsafe class TunDevice : IDisposable
{
    public const string Path = "/dev/net/tun";

    private const nuint SetInterface = 0x400454ca;

    // Bare IP packets without a header of the device's own. No offloads: a frame that stood for forty packets would be lost as one.
    private const short TunWithoutHeader = 0x1001;

    private TunDevice(int descriptor, string name) => (Descriptor, Name) = (descriptor, name);

    public int Descriptor { get; }

    public string Name { get; }

    /// <summary>Opens a new device in the calling thread's namespace.</summary>
    public static TunDevice Open(string name)
    {
        int descriptor = Libc.Open(Path, Libc.OpenReadWrite | Libc.OpenNonBlocking | Libc.OpenCloseOnExec);
        if (descriptor < 0)
        {
            throw Errno.Failure($"cannot open {Path}");
        }

        var request = new InterfaceRequest(name) { Flags = TunWithoutHeader };
        if (Libc.Control(descriptor, SetInterface, &request) != 0)
        {
            IOException failure = Errno.Failure($"cannot make the device {name}");
            _ = Libc.Close(descriptor);
            throw failure;
        }

        return new TunDevice(descriptor, name);
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}
